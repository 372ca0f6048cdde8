import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import { type Store, StoreUnavailable } from '../../ports/store.ts';
import { createArrivals } from '../sql/arrivals.ts';
import { createFeed } from '../sql/feed.ts';
import type { Outcome } from '../sql/plan.ts';
import { createWaker } from '../sql/waker.ts';
import { createWriter } from '../sql/writer.ts';
import { CREATE_BATCH } from './batch.ts';
import { holdFile, markFile, prepareDirectory, refuseLostFile } from './data-file.ts';
import type { Connection, Driver } from './driver.ts';
import { sqliteEngine } from './engine.ts';
import { createHeadKeeper, type HeadKeeper } from './head-file.ts';
import { createKnown } from './known.ts';
import { readLedger } from './ledger.ts';
import { migrate } from './migrate.ts';
import { createReader } from './reader.ts';
import { refuseRolledBack } from './rolled-back.ts';
import { sqliteStore } from './store.ts';
import { transactionsOn } from './transactions.ts';
import { toUnavailable } from './unavailable.ts';

/** `openSqlite` over a driver in hand. */
export async function openWith(
  driver: Driver,
  options: { path: string; clock: Clock; leaseMs?: number },
): Promise<{ store: Store; engine: Engine }> {
  const { path, clock } = options;
  const now = () => clock.now();
  await prepareDirectory(path);
  const open: Connection[] = [];
  try {
    const lock = await holdFile(driver, path);
    open.push(lock);
    await refuseRolledBack(driver, path);
    const writing = await openConnection(driver, path);
    open.unshift(writing);
    await refuseOldSqlite(writing);
    await refuseLostFile(writing, path);
    await prepareFile(writing, now());
    const relaxed = await openConnection(driver, path);
    open.unshift(relaxed);
    await prepareWriting(writing, 'FULL');
    await writing.exec(CREATE_BATCH);
    await prepareWriting(relaxed, 'NORMAL');
    const reading: [Connection, Connection] = [
      await openReading(driver, path, open),
      await openReading(driver, path, open),
    ];
    await markFile(path, now());
    const heads = createHeadKeeper(path, now);
    heads.note(await readLedger(writing));
    return assemble({ lock, reading, writing, relaxed, heads, now, leaseMs: options.leaseMs ?? 30_000 });
  } catch (error) {
    for (const connection of open) await connection.close().catch(() => undefined);
    throw toUnavailable(error);
  }
}

function assemble(parts: {
  lock: Connection;
  reading: [Connection, Connection];
  writing: Connection;
  relaxed: Connection;
  heads: HeadKeeper;
  now: () => number;
  leaseMs: number;
}): { store: Store; engine: Engine } {
  const { now, leaseMs } = parts;
  const reader = createReader(parts.reading);
  const feed = createFeed();
  const waker = createWaker();
  const arrivals = createArrivals();
  const committed = (outcome: Outcome) => {
    if (!outcome.ok) return undefined;
    for (const { session, item } of outcome.feed) {
      if (item.kind === 'queued') arrivals.note(session);
      feed.publish(session, item);
    }
    if (outcome.woke) waker.wake();
    return undefined;
  };
  const known = createKnown();
  const transactions = transactionsOn(parts.writing, parts.relaxed, known, parts.heads.note);
  const writer = createWriter(transactions, { now, committed });
  let closing: Promise<void> | null = null;
  const close = async () => {
    await writer.close();
    await reader.close();
    await parts.heads.close();
    await parts.lock.close();
  };
  return {
    store: sqliteStore({
      reader,
      writer,
      feed,
      emptyLog: () => writer.between(() => emptyWriteAheadLog(parts.writing)),
      close: () => {
        closing ??= close();
        return closing;
      },
    }),
    engine: sqliteEngine({ reader, writer, known, waker, arrivals, now, leaseMs }),
  };
}

/** Erased bytes stay in the write-ahead log until it is emptied. A busy reader may put that off to the next time. */
async function emptyWriteAheadLog(connection: Connection): Promise<void> {
  await connection.all('PRAGMA wal_checkpoint(TRUNCATE)', []).catch(() => undefined);
}

async function openConnection(driver: Driver, path: string): Promise<Connection> {
  const connection = await driver.open(path);
  await connection.exec('PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4000');
  return connection;
}

async function openReading(driver: Driver, path: string, open: Connection[]): Promise<Connection> {
  const reading = await openConnection(driver, path);
  open.unshift(reading);
  await reading.exec('PRAGMA query_only = ON');
  return reading;
}

/** The oldest version without a known way to damage a database in write-ahead mode. */
const SQLITE_MIN = [3, 51, 3] as const;

async function refuseOldSqlite(connection: Connection): Promise<void> {
  const rows = await connection.all('SELECT sqlite_version() AS version', []);
  const version = String(rows[0]?.version);
  const parts = version.split('.').map(Number);
  const difference = SQLITE_MIN.map((least, index) => (parts[index] ?? 0) - least).find((step) => step !== 0) ?? 0;
  if (difference >= 0) return;
  throw new StoreUnavailable(
    `This SQLite is ${version}; versions before ${SQLITE_MIN.join('.')} can damage a database. ` +
      'Install the npm package sqlite3 6.0.1 or later, or a newer Node.',
  );
}

/** The last step gives back what a process that died had claimed: whoever opens the file is its only user. */
async function prepareFile(connection: Connection, now: number): Promise<void> {
  await connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  await migrate(connection, now);
  await connection.exec(
    'BEGIN IMMEDIATE; UPDATE sessions SET lease_until = NULL WHERE lease_until IS NOT NULL; COMMIT',
  );
  await connection.all('PRAGMA wal_checkpoint(PASSIVE)', []);
}

/**
 * What each connection that writes needs for itself. The write-ahead log grows to 16 MB, as far as one page of its index
 * reaches, before it is written back: the pages that many commits write again and again are then written back once.
 */
async function prepareWriting(connection: Connection, synchronous: 'FULL' | 'NORMAL'): Promise<void> {
  await connection.exec(
    `PRAGMA synchronous = ${synchronous}; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
     PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`,
  );
}
