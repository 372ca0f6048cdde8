/** Whether the database of `DATABASE_URL` is there, new enough, takes writes, and lets nodes hear each other. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { databaseUrl, type Environment } from '../../config.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { type Check, fail, note, ok } from './check.ts';

const run = promisify(execFile);

/** Run in a process of its own: commands know no database. It prints the version, or what is wrong after `Error: `. */
const PROGRAM = `
const { Client } = require('pg');
const connectionString = process.env.DATABASE_URL;
const wrong = (what) => { throw new Error(what); };
(async () => {
  const [one, two] = [0, 1].map(() => new Client({ connectionString, connectionTimeoutMillis: 5000 }));
  await one.connect();
  await two.connect();
  const { rows: [it] } = await one.query(\`SELECT current_setting('server_version') AS version,
    current_setting('server_version_num')::integer AS number, pg_is_in_recovery() AS standby\`);
  if (it.number < 150000) wrong('version ' + it.version + '; 15 or newer is needed');
  if (it.standby) wrong('a standby, which takes no writes');
  const heard = new Promise((resolve) => one.on('notification', resolve));
  await one.query('LISTEN vigil_doctor');
  await two.query('NOTIFY vigil_doctor');
  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 3000));
  if (await Promise.race([heard, late]) === 'late') wrong('a pooler in transaction mode stands in the way');
  console.log(it.version);
  process.exit(0);
})().catch((error) => { console.error('Error: ' + error.message); process.exit(1); });
`;

const SHARED = ['VIGIL_MASTER_KEY', 'VIGIL_API_KEY', 'VIGIL_HOOK_TOKEN'];

/** What several servers of one database must have in common, and what an earlier start on files has left behind. */
export async function checkShared(env: Environment, dataDir: string): Promise<Check[]> {
  if (databaseUrl(env) === null) return [];
  const missing = SHARED.filter((name) => env[name] === undefined);
  const own = `${missing.join(', ')} not set: this server makes its own, and no second one can join it`;
  const left = (await readdir(dataDir).catch(() => [])).filter((name) => name === 'vigil.db' || name === 'core.db');
  return [
    ...(missing.length === 0 ? [] : [note('shared', own, 'Give every server of the database the same.')]),
    ...(left.length === 0
      ? []
      : [note('files', `${left.join(', ')} in ${dataDir} not used: everything is in the database of DATABASE_URL`)]),
  ];
}

/** Nothing without an address: then everything is in files. */
export async function checkPostgres(url: string | null): Promise<Check[]> {
  if (url === null) return [];
  const options = { cwd: packageRoot(), timeout: 15_000, env: { DATABASE_URL: url } };
  try {
    const { stdout } = await run(process.execPath, ['-e', PROGRAM], options);
    return [ok('postgres', stdout.trim())];
  } catch (error) {
    const said = error instanceof Error ? /^Error: (.*)$/m.exec(error.message)?.[1] : undefined;
    const fix =
      'Give DATABASE_URL the address of a PostgreSQL primary, 15 or newer, without a pooler in transaction mode.';
    return [fail('postgres', (said ?? 'it does not answer').slice(0, 200), fix)];
  }
}
