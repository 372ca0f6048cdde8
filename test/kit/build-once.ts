/** Before the first test: `dist` is what `src` says, because several tests start the built program. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const sources = ['src', 'tools', 'fixtures/simulator', 'tsconfig.build.json'];

export async function setup(): Promise<void> {
  const built = await modified(join(root, 'dist/.tsbuildinfo'));
  const written = await Promise.all(sources.map((path) => newest(join(root, path))));
  if (built > Math.max(...written)) return;
  // tsc writes its output in spite of type errors; those are for `npm run check` to refuse, and shown here.
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: root }).catch((error: unknown) => {
    process.stderr.write(`the build has errors; tests of the built program may fail for it:\n${outputOf(error)}\n`);
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
  return typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : String(error);
}
