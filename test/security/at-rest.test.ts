/** What lies on the disk, and who may read it, also in a folder that somebody else made. */
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Attack, asksPerson, attack, look, propose, report } from './hostile-model.ts';

let home: string;
let running: Attack | null;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-rest-'));
  running = null;
});
afterEach(async () => {
  await running?.close();
  await rm(home, { recursive: true, force: true });
});

/** Files and folders below that anybody but the owner can open, where the folder itself would let them through. */
async function readable(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const open: string[] = [];
  for (const entry of found) {
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) open.push(`${relative(folder, path)} ${(mode & 0o777).toString(8)}`);
  }
  return open;
}

test('a data folder of our own lets nobody in', { timeout: 60_000 }, async () => {
  running = await attack([[look, report, propose]], { dataDir: join(home, 'data') });
  await running.vigil.until(await running.alert(), asksPerson);
  expect((await stat(join(home, 'data'))).mode & 0o777).toBe(0o700);
});

test('in a folder that is open to all, our secrets and records are not', { timeout: 60_000 }, async () => {
  const data = join(home, 'data');
  await rm(data, { recursive: true, force: true });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(data);
  await chmod(data, 0o755);
  running = await attack([[look, report, propose]], { dataDir: data });
  await running.vigil.until(await running.alert(), asksPerson);
  const top = (await readable(data)).filter((name) => !name.includes('/'));
  expect(top).toEqual([]);
});

test.each(['api-key', 'hook-token'])('a %s that others can read is refused, with what to do', async (name) => {
  const data = join(home, 'data');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(data);
  await writeFile(join(data, name), 'v_secret_that_all_can_read\n');
  await chmod(join(data, name), 0o644);
  await expect(attack([[]], { dataDir: data })).rejects.toThrow(/chmod 600/);
});
