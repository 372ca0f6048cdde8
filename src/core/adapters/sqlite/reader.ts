import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection, Row, Value } from './driver.ts';
import { toUnavailable } from './unavailable.ts';

/** The connection that only reads: it sees what has been committed, and a long read holds up no write. */
export interface Reader {
  /** Rejects with `StoreUnavailable` when the file cannot be read, and after `close`. */
  all(sql: string, values: readonly Value[]): Promise<Row[]>;
  close(): Promise<void>;
}

export function createReader(connection: Connection): Reader {
  let closed = false;
  return {
    async all(sql, values) {
      if (closed) throw new StoreUnavailable('The database is closed: the server is shutting down.');
      try {
        return await connection.all(sql, values);
      } catch (error) {
        throw toUnavailable(error);
      }
    },
    close() {
      closed = true;
      return connection.close();
    },
  };
}
