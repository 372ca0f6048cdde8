import type { Change } from '../sql/change.ts';
import type { Outcome } from '../sql/plan.ts';
import type { Transactions } from '../sql/writer.ts';
import type { Connection } from './driver.ts';
import type { FileLedger } from './ledger.ts';
import { isOutage, toUnavailable } from './unavailable.ts';
import { writeGroup } from './write-group.ts';

type Body<T> = (connection: Connection) => Promise<T>;

/**
 * Transactions on the connections that write: `strict` waits for the disk, `relaxed` does not. The writer uses one at a
 * time. Each call on a connection is a way to another thread and back, so what is a single statement is not wrapped.
 * `committed` hears of each ledger that has reached the disk.
 */
export function transactionsOn(
  strict: Connection,
  relaxed: Connection,
  committed: (ledger: FileLedger | null) => void,
): Transactions<Connection> {
  const onStrict = transactionsOf(strict);
  const onRelaxed = transactionsOf(relaxed);
  let written: FileLedger | null = null;

  async function write(connection: Connection, changes: readonly Change[], now: number): Promise<Outcome[]> {
    const group = await writeGroup(connection, changes, now);
    written = group.ledger ?? written;
    return group.outcomes;
  }
  async function run<T>(synced: boolean, body: Body<T>): Promise<T> {
    written = null;
    const result = await (synced ? onStrict : onRelaxed).run(body);
    committed(written);
    return result;
  }
  return {
    run,
    alone: (statement) => onRelaxed.alone(statement),
    async commit(changes, now) {
      written = null;
      // What the changes depend on cannot change between the read and the one write: nobody else writes to the file.
      const outcomes = await onStrict.alone((connection) => write(connection, changes, now));
      committed(written);
      return outcomes;
    },
    write,
    isOutage,
    toUnavailable,
    async close() {
      await relaxed.close();
      await strict.close();
    },
  };
}

function transactionsOf(connection: Connection): {
  run<T>(body: Body<T>): Promise<T>;
  alone<T>(body: Body<T>): Promise<T>;
} {
  /** A transaction may still be open: rolling back can fail too. A statement by itself would become part of it. */
  let unsettled = false;

  async function run<T>(body: Body<T>): Promise<T> {
    await begin(connection);
    unsettled = true;
    try {
      const result = await body(connection);
      await connection.run('COMMIT', []);
      unsettled = false;
      return result;
    } catch (error) {
      // SQLite has rolled back by itself after some failures; then there is nothing left to roll back.
      await connection.run('ROLLBACK', []).catch(() => undefined);
      throw error;
    }
  }
  return { run, alone: (body) => (unsettled ? run(body) : body(connection)) };
}

/** A transaction that an earlier failure left open is ended first. */
async function begin(connection: Connection): Promise<void> {
  try {
    await connection.run('BEGIN IMMEDIATE', []);
  } catch (error) {
    if (isOutage(error)) throw error;
    await connection.run('ROLLBACK', []);
    await connection.run('BEGIN IMMEDIATE', []);
  }
}
