/** The database of an installation, by PostgreSQL's own programs: both schemas as of one moment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from '../config.ts';
import { BackupRefused } from './refused.ts';

/** What the dump is called inside a backup. */
export const DUMP = 'database.pgdump';
const SCHEMAS = ['vigil', 'vigil_product'];
const MAX_TEXT = 2_000;

/** Whoever uses the database goes on meanwhile. Throws `BackupRefused`. */
export async function dump(url: string, file: string): Promise<void> {
  const schemas = SCHEMAS.flatMap((schema) => ['--schema', schema]);
  await run('pg_dump', url, ['--format=custom', '--no-owner', '--no-privileges', ...schemas, '--file', file]);
}

/** All of it or nothing. Refused when the database has one of the schemas already. Throws `BackupRefused`. */
export async function load(url: string, file: string): Promise<void> {
  await run('pg_restore', url, ['--no-owner', '--no-privileges', '--single-transaction', '--exit-on-error', file]);
}

/** That the file is a dump that can be read to its end. Throws `BackupRefused`. */
export async function checkDump(file: string): Promise<void> {
  await run('pg_restore', null, ['--file', '/dev/null', file]);
}

async function run(program: string, url: string | null, args: readonly string[]): Promise<void> {
  const place = url === null ? { args: [], env: {} } : placeOf(url);
  const child = spawn(program, [...place.args, ...args], {
    env: { PATH: environment().PATH ?? '', ...place.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, MAX_TEXT);
  });
  const [code] = await once(child, 'close').catch((cause: unknown) => {
    throw new BackupRefused(
      `${program} could not be started: install the client programs of PostgreSQL, of the server's version or newer`,
      { cause },
    );
  });
  if (code !== 0) throw new BackupRefused(`${program} refused: ${said.trim() || `it ended with ${code}`}`);
}

/** The password goes another way: everybody on the machine may read the arguments of a program. */
function placeOf(url: string): { args: string[]; env: Record<string, string> } {
  const place = new URL(url);
  const password = decodeURIComponent(place.password);
  place.password = '';
  return { args: ['--dbname', place.href], env: password === '' ? {} : { PGPASSWORD: password } };
}
