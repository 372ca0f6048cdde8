import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { root } from './cruise.ts';

const run = promisify(execFile);
const copies: string[] = [];
afterEach(() => Promise.all(copies.splice(0).map((path) => rm(path, { recursive: true, force: true }))));

/** What the compiler says of a copy of the product from which `gone` was deleted. */
async function compileWithout(gone: string[]): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'vigil-deletion-'));
  copies.push(copy);
  for (const name of ['src', 'tools', 'package.json', 'tsconfig.json']) {
    await cp(join(root, name), join(copy, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const path of gone) await rm(join(copy, path), { recursive: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const done = await run(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: copy }).catch(outputOf);
  return done.stdout;
}

function outputOf(error: unknown): { stdout: string } {
  if (typeof error === 'object' && error !== null && 'stdout' in error) return { stdout: String(error.stdout) };
  throw error;
}

test('without the embedded core, the product still compiles: it reaches a core by URL', async () => {
  // main and the commands that start it put both halves together, so they go with the core; so do the look at its logs and the move.
  const wiring = ['src/main.ts', 'src/cli', 'src/verify-log.ts', 'src/move.ts'];
  expect(await compileWithout(['src/core', 'src/embed.ts', ...wiring])).toBe('');
}, 180_000);

test('without everything but itself and lib, the core still compiles', async () => {
  const others = (await readdir(join(root, 'src'))).filter((name) => !['core', 'lib'].includes(name));
  expect(await compileWithout(['tools', ...others.map((name) => join('src', name))])).toBe('');
}, 180_000);

test('the compiler sees the copy: a core without its ports does not compile', async () => {
  expect(await compileWithout(['tools', 'src/core/ports'])).toContain('error TS2307');
}, 180_000);
