/**
 * Before the first test: `dist` is what `src` says, and the worlds are there, because tests start the one on the others.
 * Temporary files of the run go into one folder, which goes with it.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const sources = ['src', 'tools', 'fixtures/simulator', 'rolldown.config.ts'];

let place = '';

export async function setup(): Promise<void> {
  place = await mkdtemp(join(tmpdir(), 'vigil-tests-'));
  // Some tests start programs as a user without rights, who needs temporary files too.
  await chmod(place, 0o1777);
  process.env.TMPDIR = place;
  const built = await modified(join(root, 'dist/src/cli/main.js'));
  const written = await Promise.all(sources.map((path) => newest(join(root, path))));
  if (built <= Math.max(...written)) await npmRun('build');
  await npmRun('worlds');
}

/** Whatever a test left behind, a killed server's data among it. */
export async function teardown(): Promise<void> {
  await rm(place, { recursive: true, force: true, maxRetries: 3 });
}

async function npmRun(script: string): Promise<void> {
  await promisify(execFile)('npm', ['run', '--silent', script], { cwd: root }).catch((error: unknown) => {
    process.stderr.write(
      `npm run ${script} failed; tests that use what it makes may fail for it:\n${outputOf(error)}\n`,
    );
  });
}

async function newest(path: string): Promise<number> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(await modified(path), ...(await Promise.all(files.map(modified))));
}

async function modified(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? 0;
}

function outputOf(error: unknown): string {
  const told = typeof error === 'object' && error !== null && 'stdout' in error && 'stderr' in error;
  return told ? `${error.stdout}${error.stderr}` : String(error);
}
