/**
 * Two connections to one file. Writes queue behind a mutex, because a transaction around awaited statements would
 * take in any other caller's statement; reads have their own connection and see committed rows only.
 */
import type { Database } from 'sqlite3';
import { ownFile } from '../../lib/own-file.ts';
import type { Changed } from '../../sre/ports/incidents.ts';
import { type Connection, listeners, type Row, type Value, type Writer } from '../sql/connection.ts';
import { unavailable } from './unavailable.ts';

const BUSY_TIMEOUT_MS = 5000;
const WRITER_PRAGMAS = 'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;';

export async function openConnection(path: string): Promise<Connection> {
  const sqlite = (await import('sqlite3')).default;
  await ownFile(path).catch((error: Error) => {
    throw unavailable(error);
  });
  const writing = await open(path, (file, done) => new sqlite.Database(file, done));
  await execute(writing, WRITER_PRAGMAS);
  const reading = await open(path, (file, done) => new sqlite.Database(file, done));
  const heard = listeners();
  let last: Promise<unknown> = Promise.resolve();

  async function transaction<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> {
    const told: Changed[] = [];
    const writer: Writer = {
      run: (sql, values) => change(writing, sql, values),
      all: (sql, values) => rows(writing, sql, values),
      tell: (changed) => told.push(changed),
    };
    await execute(writing, 'BEGIN IMMEDIATE');
    let result: Result;
    try {
      result = await work(writer);
      await execute(writing, 'COMMIT');
    } catch (error) {
      // The first error is the one to report; after some failures SQLite has rolled back already.
      await execute(writing, 'ROLLBACK').catch(() => undefined);
      throw error;
    }
    for (const changed of told) heard.tell(changed, 'here');
    return result;
  }

  return {
    read: (sql, values) => rows(reading, sql, values),
    // All of them are one after the other.
    write(_alone, work) {
      const turn = last.then(() => transaction(work));
      last = turn.catch(() => undefined);
      return turn;
    },
    key: (text) => text,
    watch: heard.add,
    async close() {
      await last;
      await shut(reading);
      await shut(writing);
    },
  };
}

type Opener = (path: string, done: (error: Error | null) => void) => Database;

function open(path: string, opener: Opener): Promise<Database> {
  return new Promise((resolve, reject) => {
    const database = opener(path, (error) => {
      if (error !== null) return reject(unavailable(error));
      database.configure('busyTimeout', BUSY_TIMEOUT_MS);
      resolve(database);
    });
  });
}

function execute(database: Database, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    database.exec(sql, (error) => (error === null ? resolve() : reject(unavailable(error))));
  });
}

function rows(database: Database, sql: string, values: readonly Value[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    database.all<Row>(sql, [...values], (error, found) =>
      error === null ? resolve(found) : reject(unavailable(error)),
    );
  });
}

function change(database: Database, sql: string, values: readonly Value[]): Promise<{ changes: number }> {
  return new Promise((resolve, reject) => {
    database.run(sql, [...values], function done(error) {
      if (error === null) resolve({ changes: this.changes });
      else reject(unavailable(error));
    });
  });
}

function shut(database: Database): Promise<void> {
  return new Promise((resolve, reject) => {
    database.close((error) => (error === null ? resolve() : reject(error)));
  });
}
