/**
 * Waits for the lock of another node, on a connection of its own: it can be had at the moment in which that node dies, and
 * waiting for it asks nothing of the server.
 */
import type { Connection } from './connection.ts';
import type { Watched } from './members.ts';

export interface DeathWatch {
  /** Resolves when the node is gone, when `end` was called, or after two seconds; rejects when the database is away. */
  wait(node: Watched): Promise<void>;
  /** Ends the wait with the help of another connection. */
  end(helper: Connection): Promise<void>;
  close(): Promise<void>;
}

export function createDeathWatch(open: () => Promise<Connection>): DeathWatch {
  let current: { connection: Connection; pid: number } | null = null;
  let waiting = false;
  let closed = false;

  async function connect(): Promise<Connection> {
    if (current?.connection.isOpen()) return current.connection;
    const connection = await open();
    if (closed) await connection.close();
    const [row] = await connection.script('SELECT pg_backend_pid() AS pid');
    current = { connection, pid: Number(row?.pid) };
    return connection;
  }
  return {
    async wait(node) {
      const connection = await connect();
      waiting = true;
      try {
        await connection.script(untilGone(node));
      } finally {
        waiting = false;
      }
    },
    async end(helper) {
      if (waiting && current !== null) await helper.query('SELECT pg_cancel_backend($1)', [current.pid]);
    },
    async close() {
      closed = true;
      await current?.connection.close();
    },
  };
}

/** Shared and given back at once, so that many can watch one. An end by time or by word is no error in the server's log. */
function untilGone({ lockClass, id }: Watched): string {
  return `DO $$ BEGIN
    SET LOCAL lock_timeout = '2s';
    PERFORM pg_advisory_xact_lock_shared(${lockClass}, ${id});
  EXCEPTION WHEN lock_not_available OR query_canceled THEN
  END $$`;
}
