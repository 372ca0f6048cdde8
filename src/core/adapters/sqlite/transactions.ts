import type { Transactions } from '../sql/writer.ts';
import type { Connection } from './driver.ts';
import { isOutage, toUnavailable } from './unavailable.ts';
import { writeGroup } from './write-group.ts';

/** Transactions on the one connection that writes. It is opened with the strict setting for waiting for the disk. */
export function transactionsOn(connection: Connection): Transactions<Connection> {
  let strict = true;
  async function setSync(synced: boolean): Promise<void> {
    if (synced === strict) return;
    await connection.exec(`PRAGMA synchronous = ${synced ? 'FULL' : 'NORMAL'}`);
    strict = synced;
  }
  return {
    async run(synced, body) {
      await setSync(synced);
      await begin(connection);
      try {
        const result = await body(connection);
        await connection.run('COMMIT', []);
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some failures; then there is nothing left to roll back.
        await connection.run('ROLLBACK', []).catch(() => undefined);
        throw error;
      }
    },
    write: writeGroup,
    isOutage,
    toUnavailable,
    close: () => connection.close(),
  };
}

/** A transaction that an earlier failure left open, because rolling back failed too, is ended first. */
async function begin(connection: Connection): Promise<void> {
  try {
    await connection.run('BEGIN IMMEDIATE', []);
  } catch (error) {
    if (isOutage(error)) throw error;
    await connection.run('ROLLBACK', []);
    await connection.run('BEGIN IMMEDIATE', []);
  }
}
