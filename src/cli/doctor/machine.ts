/** What this machine must offer: Node, git, the database driver, a data directory, a port. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, constants, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../lib/package-root.ts';
import { codeOf } from '../fail.ts';
import { type Check, fail, note, ok } from './check.ts';

const run = promisify(execFile);

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('node', version);
  return fail('node', `${version} is too old`, 'Install Node 20.19 or newer; 24 is recommended.');
}

export async function checkGit(): Promise<Check> {
  try {
    const { stdout } = await run('git', ['--version'], { timeout: 5000 });
    return ok('git', stdout.trim().replace(/^git version /, ''));
  } catch {
    return fail('git', 'not found', 'Install git; the local forge and reverts need it.');
  }
}

/** In a process of its own, because a broken native module can end the one that loads it. */
export async function checkSqlite(): Promise<Check> {
  const program =
    "const s=require('sqlite3');new s.Database(':memory:').get('select sqlite_version() v',(e,r)=>{if(e)throw e;console.log(r.v)})";
  try {
    const { stdout } = await run(process.execPath, ['-e', program], { cwd: packageRoot(), timeout: 10_000 });
    return ok('sqlite', stdout.trim());
  } catch (error) {
    const why =
      error instanceof Error ? (/Error: .*/.exec(error.message)?.[0] ?? 'it does not load') : 'it does not load';
    return fail('sqlite', why.slice(0, 200), 'Run `npm rebuild sqlite3`; it needs a C++ compiler when no binary fits.');
  }
}

export async function checkDataDir(dir: string): Promise<Check> {
  const probe = join(dir, `.doctor-${randomUUID()}`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
    return ok('data', dir);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return refused(dir, error);
    return access(dirname(dir), constants.W_OK).then(
      () => note('data', `${dir} does not exist yet; the server makes it`),
      (cause: unknown) => refused(dir, cause),
    );
  }
}

function refused(dir: string, error: unknown): Check {
  const why = codeOf(error) ?? 'unknown error';
  return fail(
    'data',
    `${dir} cannot be written (${why})`,
    'Choose another with --data or VIGIL_DATA, or change its permissions.',
  );
}

/** Only asked when no server of ours answers there. */
export function checkPort(host: string, port: number): Promise<Check> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => {
      const why = codeOf(error) ?? 'unknown error';
      resolve(
        fail(
          'port',
          `${host}:${port} cannot be used (${why})`,
          'Stop what uses it, or choose another with --port or VIGIL_PORT.',
        ),
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve(ok('port', `${host}:${port} is free`))));
  });
}
