import type { Change } from '../sql/change.ts';
import type { Outcome } from '../sql/plan.ts';
import type { Transactions } from '../sql/writer.ts';
import type { Connection } from './driver.ts';
import type { Known } from './known.ts';
import type { FileLedger } from './ledger.ts';
import { isOutage, toUnavailable } from './unavailable.ts';
import { writeGroup } from './write-group.ts';

type Body<T> = (connection: Connection) => Promise<T>;

/**
 * Transactions on the connections that write: `strict` waits for the disk, `relaxed` does not. The writer uses one at a
 * time. Each call on a connection is a way to another thread and back, so what is a single statement is not wrapped.
 * `committed` hears of each ledger that has reached the disk, null when a transaction wrote none.
 */
export function transactionsOn(
  strict: Connection,
  relaxed: Connection,
  known: Known,
  committed: (ledger: FileLedger | null) => void,
): Transactions<Connection> {
  const onStrict = transactionsOf(strict);
  const onRelaxed = transactionsOf(relaxed);
  let written: FileLedger | null = null;

  async function write(connection: Connection, changes: readonly Change[], now: number): Promise<Outcome[]> {
    const group = await writeGroup(connection, known, changes, now);
    written = group.ledger ?? written;
    return group.outcomes;
  }
  /** Of a transaction that failed nothing is said; what it wrote, or did not, has to be read again. */
  async function settled<T>(transaction: () => Promise<T>): Promise<T> {
    written = null;
    try {
      const result = await transaction();
      committed(written);
      return result;
    } catch (error) {
      known.forgetAll();
      throw error;
    }
  }
  return {
    run: (synced, body) => settled(() => (synced ? onStrict : onRelaxed).run(body)),
    alone: (statement) => settled(() => onRelaxed.alone(statement)),
    // What the changes depend on cannot change between the read and the one write: nobody else writes to the file.
    commit: (changes, now) => settled(() => onStrict.alone((connection) => write(connection, changes, now))),
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
