import { chmod, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import { StoreUnavailable } from '../../../../src/core/ports/store.ts';
import { claimOne, doc, line } from '../../../contract/place.ts';
import { change } from './change.ts';
import { startChild } from './child.ts';
import { hasNodeSqlite, temporaryDirectory } from './place.ts';

const clock = { now: () => Date.now() };
const nodeSqlite = await hasNodeSqlite();

async function place(): Promise<{ path: string; directory: string }> {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  return { directory, path: join(directory, 'core.db') };
}
/** The sentence of the refusal; fails when it opens after all. */
async function refusal(path: string): Promise<string> {
  const answer = await openSqlite({ path, clock }).catch((error: unknown) => error);
  if (!(answer instanceof StoreUnavailable)) throw new Error('it opened, or failed otherwise', { cause: answer });
  return answer.message;
}
async function filled(path: string): Promise<void> {
  const { store } = await openSqlite({ path, clock });
  await store.commit({ puts: [{ doc: doc('agent', 'a', 'precious') }] });
  await store.close();
}

describe('opening', () => {
  test('makes the directory, for its owner alone', async () => {
    const { directory } = await place();
    const { store } = await openSqlite({ path: join(directory, 'new', 'deep', 'core.db'), clock });
    expect(await readdir(join(directory, 'new', 'deep'))).toContain('core.db');
    await store.close();
  });

  test('gives back at once what a process that died had claimed, and shuts its lease out', async () => {
    const { path } = await place();
    const child = await startChild('claim', path);
    const session = await child.line();
    child.kill('SIGKILL');
    await child.ended;
    const { store, engine } = await openSqlite({ path, clock });
    const lease = await claimOne(engine);
    expect(lease.session).toBe(session);
    expect(await engine.append({ ...lease, epoch: lease.epoch - 1 }, { rows: [line('ghost')] })).toBeNull();
    await store.close();
  });
});

describe('refusals say what to do', () => {
  test('a directory that another server uses, until that one is killed', async () => {
    const { path } = await place();
    const child = await startChild('hold', path);
    expect(await child.line()).toBe('open');
    expect(await refusal(path)).toMatch(/in use by another running server.*Stop that one, or choose another/);
    child.kill('SIGKILL');
    await child.ended;
    const { store } = await openSqlite({ path, clock });
    await store.close();
  });

  test('a directory that this very process has open already', async () => {
    const { path } = await place();
    const { store } = await openSqlite({ path, clock });
    expect(await refusal(path)).toMatch(/in use/);
    await store.close();
    const again = await openSqlite({ path, clock });
    await again.store.close();
  });

  test('a database that was emptied', async () => {
    const { path, directory } = await place();
    await filled(path);
    await truncate(path, 0);
    expect(await refusal(path)).toMatch(/empty although it was in use.*Restore a backup.*core\.db\.initialised/s);
    await rm(join(directory, 'core.db.initialised'));
    const { store } = await openSqlite({ path, clock });
    expect(await store.get('agent', 'a')).toBeNull();
    await store.close();
  });

  test('a database that is gone', async () => {
    const { path } = await place();
    await filled(path);
    for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
    expect(await refusal(path)).toMatch(/empty although it was in use/);
  });

  test('a file that is not a database', async () => {
    const { path } = await place();
    await writeFile(path, 'this is a shopping list, not a database, and long enough to tell'.repeat(20));
    expect(await refusal(path)).toMatch(/not a SQLite database.*restore a backup/);
  });

  test('a path below a file', async () => {
    const { directory } = await place();
    await writeFile(join(directory, 'file'), '');
    expect(await refusal(join(directory, 'file', 'core.db'))).toMatch(/not writable/);
  });

  test.each([
    ['a directory', 0o555, 0o666],
    ['a database', 0o777, 0o444],
  ])('%s that may only be read', async (_, directoryMode, fileMode) => {
    const { path, directory } = await place();
    await filled(path);
    for (const name of await readdir(directory)) await chmod(join(directory, name), fileMode);
    await chmod(directory, directoryMode);
    onTestFinished(() => chmod(directory, 0o755));
    // As root everything is writable, so the child drops to nobody first.
    const child = await startChild('refused', path, { unprivileged: true });
    expect(await child.line()).toMatch(/^StoreUnavailable The data directory .* is not writable\. Give the user/);
    await child.ended;
  });

  test('a schema made by a newer program, or altered', async () => {
    const { path } = await place();
    await filled(path);
    await change(path, "UPDATE schema_migrations SET checksum = 'other'");
    expect(await refusal(path)).toMatch(/step 1 .* not the one this program knows/);
    await change(path, 'INSERT INTO schema_migrations SELECT 99, name, checksum, 0 FROM schema_migrations LIMIT 1');
    await change(path, 'DELETE FROM schema_migrations WHERE version < 99');
    expect(await refusal(path)).toMatch(/restore|newer/);
  });

  test.skipIf(nodeSqlite)('a driver that this Node does not have', async () => {
    const { path } = await place();
    await expect(openSqlite({ path, clock, driver: 'node:sqlite' })).rejects.toThrow(
      /No SQLite driver could be loaded \(node:sqlite: .*npm rebuild sqlite3.*Node 22\.13/,
    );
  });
});

test('opening and opening again are quick', async () => {
  const { path } = await place();
  await filled(path);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    const { store } = await openSqlite({ path, clock });
    times.push(performance.now() - start);
    await store.close();
  }
  expect(times.sort((a, b) => a - b)[2]).toBeLessThan(100);
});
