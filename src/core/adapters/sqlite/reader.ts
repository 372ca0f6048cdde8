import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection, Row, Value } from './driver.ts';
import { toUnavailable } from './unavailable.ts';

/** The connections that only read: they see what has been committed, and a long read holds up no write. */
export interface Reader {
  /** Rejects with `StoreUnavailable` when the file cannot be read, and after `close`. */
  all(sql: string, values: readonly Value[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** Each read goes to the connection with the least to do, so that a long one leaves a way past it. */
export function createReader(connections: readonly [Connection, ...Connection[]]): Reader {
  const lineOf = (connection: Connection) => ({ connection, waiting: 0 });
  const [first, ...others] = connections;
  const lines = [lineOf(first), ...others.map(lineOf)] as const;
  let closed = false;

  async function read(sql: string, values: readonly Value[]): Promise<Row[]> {
    const line = lines.reduce((least, other) => (other.waiting < least.waiting ? other : least));
    line.waiting += 1;
    try {
      return await line.connection.all(sql, values);
    } finally {
      line.waiting -= 1;
    }
  }
  return {
    async all(sql, values) {
      if (closed) throw new StoreUnavailable('The database is closed: the server is shutting down.');
      try {
        return await read(sql, values);
      } catch (error) {
        throw toUnavailable(error);
      }
    },
    async close() {
      closed = true;
      for (const connection of connections) await connection.close();
    },
  };
}
