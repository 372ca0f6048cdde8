/** What is known of a database beside it: it may be behind, and nothing older or other is taken for it. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { linkAfter, NO_HEAD } from '../../../../src/core/adapters/sql/chain.ts';
import { acceptSqlite, checkSqlite, openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import { mint, type SessionId } from '../../../../src/core/ids.ts';
import { line, message } from '../../../contract/place.ts';
import { change } from './change.ts';
import { temporaryDirectory } from './place.ts';

const clock = { now: () => Date.now() };
const FILES = ['', '-wal', '-shm', '.head', '.initialised'];

async function place(): Promise<string> {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  return join(directory, 'core.db');
}
/** A closed database with that many commits of one line each, after one that opened the session. */
async function filled(path: string, lines: number): Promise<SessionId> {
  const { store } = await openSqlite({ path, clock });
  const session = mint('sesn');
  await store.commit({ opens: [session] });
  for (let n = 0; n < lines; n++) await store.commit({ append: [{ session, rows: [line(`line ${n}`)] }] });
  await store.close();
  return session;
}
/** The files of a database as they are, in a folder of their own. */
async function copyOf(path: string, names: readonly string[] = FILES): Promise<string> {
  const copy = join(await place(), '..', 'copy', 'core.db');
  await mkdir(join(copy, '..'));
  for (const name of names) await copyFile(path + name, copy + name).catch(() => undefined);
  return copy;
}
const opens = async (path: string) => {
  const { store } = await openSqlite({ path, clock });
  await store.close();
};

test('a database that goes on opens again, also when what is known of it is behind or gone', async () => {
  const path = await place();
  const session = await filled(path, 3);
  const behind = await readFile(`${path}.head`);
  const { store } = await openSqlite({ path, clock });
  await store.commit({ append: [{ session, rows: [line('more')] }] });
  await store.close();
  expect(await readFile(`${path}.head`)).not.toEqual(behind);
  await writeFile(`${path}.head`, behind);
  await opens(path);
  await rm(`${path}.head`);
  await opens(path);
  expect((await checkSqlite(path)).faults).toEqual([]);
});

test('it is written while the server runs, never before what it tells of is on disk', async () => {
  const path = await place();
  const session = await filled(path, 1);
  const before = await readFile(`${path}.head`, 'utf8');
  const { store } = await openSqlite({ path, clock });
  onTestFinished(() => store.close());
  await store.commit({ append: [{ session, rows: [line('more')] }] });
  expect(await readFile(`${path}.head`, 'utf8')).toBe(before);
  await expect.poll(() => readFile(`${path}.head`, 'utf8'), { timeout: 5_000 }).not.toBe(before);
  // The files as a crash would leave them.
  await opens(await copyOf(path));
});

test('an older copy in its place is refused with what to do, and taken when that is wanted', async () => {
  const path = await place();
  const session = await filled(path, 2);
  const old = await copyOf(path);
  const { store } = await openSqlite({ path, clock });
  for (const text of ['a', 'b', 'c']) await store.commit({ append: [{ session, rows: [line(text)] }] });
  await store.close();
  await copyFile(old, path);
  await expect(opens(path)).rejects.toThrow(
    /is older than it was on \d{4}-.*: 3 of 6 commits are gone.*restore a backup.*vigil verify-log --accept/s,
  );
  expect((await checkSqlite(path)).faults).toMatchObject([
    { log: null, what: expect.stringMatching(/3 of 6 commits/) },
  ]);
  expect((await checkSqlite(path, { log: session })).faults).toEqual([]);
  await acceptSqlite(path, clock.now());
  await opens(path);
  expect((await checkSqlite(path)).faults).toEqual([]);
});

test('nobody accepts a database that a server uses', async () => {
  const path = await place();
  const { store } = await openSqlite({ path, clock });
  onTestFinished(() => store.close());
  await expect(acceptSqlite(path, clock.now())).rejects.toThrow(/in use by another running server/);
});

test('another database in its place, and one of before, are refused', async () => {
  const path = await place();
  await filled(path, 1);
  const other = await place();
  await filled(other, 5);
  await copyFile(other, path);
  await expect(opens(path)).rejects.toThrow(/is not the one that was here on/);
  await change(path, 'DROP TABLE ledger');
  await expect(opens(path)).rejects.toThrow(/an older copy was put in its place/);
});

test('a line written anew with its hash does not lead to the next', async () => {
  const path = await place();
  const session = await filled(path, 3);
  const event = message('forged');
  const body = JSON.stringify(event);
  const hash = linkAfter(NO_HEAD, { session, seq: 1, body, memoText: null });
  const processedAt = Date.parse(event.processed_at ?? '');
  await change(
    path,
    `UPDATE events SET id = '${event.id}', processed_at = ${processedAt}, body = '${body}', hash = '${hash}' WHERE seq = 1`,
  );
  expect((await checkSqlite(path)).faults).toMatchObject([
    { log: session, seq: 2, what: expect.stringMatching(/not what/) },
  ]);
});

test('a log written anew with all its hashes does not agree with the sum of all', async () => {
  const path = await place();
  const session = await filled(path, 3);
  await change(
    path,
    `UPDATE sessions SET head = (SELECT hash FROM events WHERE seq = 2), seq = 2 WHERE id = '${session}'`,
  );
  await change(path, 'DELETE FROM events WHERE seq = 3');
  expect((await checkSqlite(path, { log: session })).faults).toEqual([]);
  expect((await checkSqlite(path)).faults).toMatchObject([{ log: null, what: expect.stringMatching(/a whole log/) }]);
});

test('a head that cannot be read is refused', async () => {
  const path = await place();
  await filled(path, 1);
  await writeFile(`${path}.head`, '{}');
  await expect(opens(path)).rejects.toThrow(/cannot be read.*verify-log --accept/s);
});

describe('killed with its last lines in the write-ahead log only', () => {
  let left = '';
  let session: SessionId;
  let dispose = async () => {};
  beforeAll(async () => {
    const made = await temporaryDirectory();
    dispose = made.dispose;
    const path = join(made.directory, 'core.db');
    session = await filled(path, 1);
    const { store } = await openSqlite({ path, clock });
    for (let n = 0; n < 12; n++) await store.commit({ append: [{ session, rows: [line(`late ${n}`)] }] });
    const head = await readFile(`${path}.head`, 'utf8');
    while ((await readFile(`${path}.head`, 'utf8')) === head) await sleep(20);
    left = join(made.directory, 'left.db');
    for (const name of FILES) await copyFile(path + name, left + name);
    await store.close();
  });
  afterAll(() => dispose());

  test('it opens', async () => {
    const path = await copyOf(left);
    await opens(path);
    expect((await checkSqlite(path)).faults).toEqual([]);
  });

  test('one bit of that log flipped is found at the start, and the evidence is left as it is', async () => {
    const path = await copyOf(left);
    const wal = await readFile(`${path}-wal`);
    const at = Math.floor(wal.length / 2);
    wal.writeUInt8(wal.readUInt8(at) ^ 1, at);
    await writeFile(`${path}-wal`, wal);
    await expect(opens(path)).rejects.toThrow(/of 14 commits are gone.*write-ahead log has been lost or damaged/);
    expect(await readFile(`${path}-wal`)).toEqual(wal);
    await expect(opens(path)).rejects.toThrow(/of 14 commits are gone/);
  });

  test('without that log it is refused', async () => {
    await expect(opens(await copyOf(left, ['', '.head', '.initialised']))).rejects.toThrow(/12 of 14 commits are gone/);
  });

  test('cut anywhere, that log gives lines without a gap, and their chain is whole', async () => {
    const wal = await readFile(`${left}-wal`);
    const lengths = new Set<number>();
    for (let cut = 0; cut < wal.length; cut += 7 * 512) {
      const path = await copyOf(left, ['', '.initialised']);
      await writeFile(`${path}-wal`, wal.subarray(0, cut));
      const { store } = await openSqlite({ path, clock });
      const seqs = (await store.log({ session, order: 'asc', limit: 100 })).map(({ seq }) => seq);
      await store.close();
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      expect((await checkSqlite(path)).faults).toEqual([]);
      lengths.add(seqs.length);
    }
    expect(lengths.size).toBeGreaterThan(5);
  }, 60_000);
});
