import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { isLost, lostOr, type Place, poolOptions } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { type Row, rowsOf, type Value } from './connection.ts';
import { toUnavailable } from './unavailable.ts';

/** Connections for single statements, mostly reads: they see what has been committed, and hold up no writer. */
export interface Reader {
  /**
   * A statement whose answer was lost is sent again. Rejects with `StoreUnavailable` when the server cannot be reached for some seconds,
   * and after `close`.
   */
  all(sql: string, values: readonly Value[]): Promise<Row[]>;
  close(): Promise<void>;
}

const PATIENCE_MS = 5_000;
const PAUSE_MS = 100;

/** `role` is what the server's list of connections shows, `connections` the most there are at once. */
export function createReader(place: Place, role: string, connections: number): Reader {
  const pool = new Pool(poolOptions(place, role, connections));
  let closed = false;
  // A connection that breaks while nobody uses it is taken out by the pool; whoever asks next gets another.
  pool.on('error', () => undefined);

  async function read(sql: string, values: readonly Value[]): Promise<Row[]> {
    for (const end = Date.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
      try {
        return rowsOf(await pool.query(sql, [...values]));
      } catch (thrown) {
        const error = lostOr(thrown);
        if (closed || !isLost(error) || Date.now() > end) throw toUnavailable(error);
      }
    }
  }
  return {
    async all(sql, values) {
      if (closed) throw new StoreUnavailable('The database is closed: the server is shutting down.');
      return await read(sql, values);
    },
    async close() {
      closed = true;
      await pool.end();
    },
  };
}

/** The same, but nothing is asked before `ready`. */
export function after(ready: () => Promise<unknown> | undefined, reader: Reader): Reader {
  return {
    async all(sql, values) {
      await ready();
      return await reader.all(sql, values);
    },
    close: () => reader.close(),
  };
}
