import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Connection, SqliteFailure } from '../../../../src/core/adapters/sqlite/driver.ts';
import { npmDriver } from '../../../../src/core/adapters/sqlite/npm-driver.ts';
import { openWith } from '../../../../src/core/adapters/sqlite/open.ts';
import { type FeedItem, StoreUnavailable } from '../../../../src/core/ports/store.ts';
import { doc, line, message, openSession, texts } from '../../../contract/place.ts';
import { watchedDriver } from './faults.ts';
import { temporaryDirectory } from './place.ts';

const clock = { now: () => Date.now() };

/** A store whose statements a test can watch and fail. */
async function opened() {
  const { directory, dispose } = await temporaryDirectory();
  const path = join(directory, 'core.db');
  const seen: string[] = [];
  let fault: (sql: string) => number | null = () => null;
  const driver = watchedDriver(await npmDriver(), (sql) => {
    seen.push(sql);
    const code = fault(sql);
    if (code !== null) throw new SqliteFailure('injected', { code });
  });
  const { store, engine } = await openWith(driver, { path, clock });
  onTestFinished(async () => {
    fault = () => null;
    await store.close();
    await dispose();
  });
  return { store, engine, path, seen, failWhen: (when: typeof fault) => (fault = when) };
}

describe('when the disk does not take a write', () => {
  for (const [name, code, advice] of [
    ['the disk is full', 13, /disk is full.*Free some space/],
    ['writing fails', 10, /disk failed/],
    ['the database stays locked', 5, /kept it locked/],
    ['the file system turned read-only', 8, /read-only/],
  ] as const) {
    for (const [statement, company] of [
      ['INSERT INTO batch', 'by itself'],
      ['BEGIN', 'in company'],
      ['INSERT INTO batch', 'in company'],
      ['COMMIT', 'in company'],
    ] as const) {
      test(`${name} at ${statement} ${company}: nobody is told it was written, nothing was, and the next commit works`, async () => {
        const { store, engine, failWhen } = await opened();
        const session = await openSession(store);
        const heard: FeedItem[] = [];
        store.subscribe(session, (item) => heard.push(item));
        failWhen((sql) => (sql.startsWith(statement) ? code : null));
        const failed = await Promise.allSettled([
          ...['a', 'b'].map((text) => store.commit({ append: [{ session, rows: [line(text)] }] })),
          ...(company === 'in company' ? [engine.wake(session)] : []),
        ]);
        for (const answer of failed) {
          expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
          expect(answer.status === 'rejected' && String(answer.reason)).toMatch(advice);
        }
        expect(heard).toEqual([]);
        if (statement !== 'INSERT INTO batch') expect(await store.health()).toMatchObject({ ok: false });
        failWhen(() => null);
        expect(await texts(store, session)).toEqual([]);
        expect(await store.commit({ append: [{ session, rows: [line('c')] }] })).toMatchObject({
          ok: true,
          appended: [{ seq: 1 }],
        });
        expect(await store.health()).toMatchObject({ ok: true });
      });
    }
  }

  test('a rollback that fails too does not block the commits after it', async () => {
    const { store, engine, failWhen } = await opened();
    const session = await openSession(store);
    failWhen((sql) => (/^(COMMIT|ROLLBACK)/.test(sql) ? 10 : null));
    const lost = store.commit({ puts: [{ doc: doc('agent', 'lost') }] });
    await expect(Promise.all([lost, engine.wake(session)])).rejects.toBeInstanceOf(StoreUnavailable);
    failWhen(() => null);
    expect(await store.commit({ puts: [{ doc: doc('agent', 'kept') }] })).toMatchObject({ ok: true });
    expect((await store.getMany('agent', ['lost', 'kept'])).map((row) => row.id)).toEqual(['kept']);
    expect(await engine.claim(1)).toEqual([]);
  });

  test('a file that may not grow is a full disk, by the word of SQLite itself', async () => {
    const { directory, dispose } = await temporaryDirectory();
    onTestFinished(dispose);
    const driver = await npmDriver();
    const raw: ((sql: string) => Promise<unknown>)[] = [];
    const { store } = await openWith(
      {
        name: driver.name,
        async open(path) {
          const connection = await driver.open(path);
          raw.push((sql) => connection.all(sql, []));
          return connection;
        },
      },
      { path: join(directory, 'core.db'), clock },
    );
    onTestFinished(() => store.close());
    const limit = (pages: number) => raw[1]?.(`PRAGMA max_page_count = ${pages}`);
    await store.commit({ puts: [{ doc: doc('agent', 'before') }] });
    await limit(1);
    const big = { puts: [{ doc: doc('agent', 'big', 'x'.repeat(1_000_000)) }] };
    await expect(store.commit(big)).rejects.toThrow(/disk is full/);
    expect(await store.get('agent', 'before')).not.toBeNull();
    await limit(1_000_000);
    expect(await store.commit(big)).toMatchObject({ ok: true });
  });

  test('a lock held by another program is waited for', async () => {
    const { store, path } = await opened();
    const other = await (await npmDriver()).open(path);
    await other.exec('BEGIN IMMEDIATE');
    const waiting = store.commit({ puts: [{ doc: doc('agent', 'a') }] });
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))]);
    expect(first).toBe('still waiting');
    await other.exec('COMMIT');
    expect(await waiting).toMatchObject({ ok: true });
    await other.close();
  });
});

describe('group commit', () => {
  test('writers that come together share their transactions', async () => {
    const { store, seen } = await opened();
    const session = await openSession(store);
    seen.length = 0;
    await Promise.all(Array.from({ length: 100 }, () => store.commit({ append: [{ session, rows: [line('x')] }] })));
    expect(seen.filter((sql) => sql.startsWith('INSERT INTO batch'))).toHaveLength(1);
    expect(await texts(store, session)).toHaveLength(100);
  });

  test('the connections are set to survive a loss of power', async () => {
    const { directory, dispose } = await temporaryDirectory();
    onTestFinished(dispose);
    const driver = await npmDriver();
    const connections: Connection[] = [];
    const open = async (path: string) => {
      const connection = await driver.open(path);
      connections.push(connection);
      return connection;
    };
    const { store } = await openWith({ name: driver.name, open }, { path: join(directory, 'core.db'), clock });
    onTestFinished(() => store.close());
    const [, writer] = connections;
    const pragma = async (name: string) => Object.values((await writer?.all(`PRAGMA ${name}`, []))?.[0] ?? {})[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('secure_delete')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(5_000);
  });

  test('every transaction takes its lock at the start', async () => {
    const { store, engine, seen } = await opened();
    await engine.wake(await openSession(store));
    for (const sql of seen.filter((text) => /^\s*BEGIN/.test(text))) expect(sql).toMatch(/^BEGIN IMMEDIATE/);
    expect(seen.some((sql) => sql.startsWith('BEGIN'))).toBe(true);
  });

  test('a listener that throws harms neither the commit nor its neighbours', async () => {
    const { store } = await opened();
    const session = await openSession(store);
    const heard: FeedItem[] = [];
    const warned = new Promise((resolve) => process.once('warning', resolve));
    store.subscribe(session, () => {
      throw new Error('a listener broke its promise');
    });
    store.subscribe(session, (item) => heard.push(item));
    expect(await store.commit({ append: [{ session, rows: [line('x')] }] })).toMatchObject({ ok: true });
    expect(heard).toHaveLength(1);
    expect(String(await warned)).toMatch(/broke its promise/);
  });
});

test('a page too large for one text is read in parts and comes back whole', async () => {
  const { store, failWhen } = await opened();
  const session = await openSession(store);
  const names = Array.from({ length: 9 }, (_, index) => `${index}`);
  await store.commit({ append: [{ session, rows: names.map(line) }] });
  for (const order of ['asc', 'desc'] as const) {
    let refusals = 3;
    failWhen((sql) => (sql.includes('group_concat') && refusals-- > 0 ? 18 : null));
    const page = await store.log({ session, order, limit: 9 });
    expect(page.map((row) => row.seq)).toEqual(
      order === 'asc' ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [9, 8, 7, 6, 5, 4, 3, 2, 1],
    );
    refusals = 3;
    const { events, last, more } = await store.logText({ session, order, limit: 9 });
    expect(JSON.parse(`[${Buffer.from(events)}]`)).toEqual(page.map((row) => row.event));
    expect([last, more]).toEqual([page.at(-1)?.seq, false]);
    refusals = 2;
    expect(await store.logText({ session, order, limit: 6 })).toMatchObject({ last: page.at(5)?.seq, more: true });
  }
});

test('erased bytes are in none of the files', async () => {
  const { store, path } = await opened();
  const session = await openSession(store);
  const secret = 'the-secret-that-must-go';
  await store.commit({
    append: [{ session, rows: Array.from({ length: 50 }, () => line(secret.repeat(30))) }],
    inbox: [{ session, event: message(secret) }],
  });
  expect(await filesHolding(path, secret)).not.toEqual([]);
  await store.commit({ erases: [session] });
  expect(await filesHolding(path, secret)).toEqual([]);
});

async function filesHolding(path: string, needle: string): Promise<string[]> {
  const found: string[] = [];
  for (const suffix of ['', '-wal']) {
    const bytes = await readFile(path + suffix).catch(() => Buffer.alloc(0));
    if (bytes.includes(needle)) found.push(suffix);
  }
  return found;
}
