/**
 * Transactions on the one connection of a node that writes. A connection that breaks is made again: what had not been
 * committed is done once more, and where the answer to a commit was lost the server is asked what became of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Transactions } from '../sql/writer.ts';
import type { Connection } from './connection.ts';
import { isContended, isLost, isOutage, toUnavailable } from './unavailable.ts';
import { createWriteGroup } from './write-group.ts';

/** How long callers wait for a server that went away, as in a failover, before they are told. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 100;
const TRIES_MAX = 10;

export function transactionsOver(
  schema: string,
  open: () => Promise<Connection>,
  first: Connection,
): Transactions<Connection> {
  let current: Connection | null = first;
  let closed = false;

  async function connection(): Promise<Connection> {
    if (current?.isOpen()) return current;
    current = await open();
    return current;
  }

  async function attempt<T>(synced: boolean, body: (connection: Connection) => Promise<T>): Promise<T> {
    const own = await connection();
    // The number is taken before anything is written, so that it can be asked for later.
    const [begun] = await own.script('BEGIN; SELECT pg_current_xact_id()::text AS xid');
    let result: T;
    try {
      result = await body(own);
    } catch (error) {
      if (own.isOpen()) await own.script('ROLLBACK').catch(() => own.close());
      throw error;
    }
    try {
      await own.script(synced ? 'COMMIT' : 'SET LOCAL synchronous_commit = off; COMMIT');
    } catch (error) {
      if (!isLost(error) || !(await hasCommitted(String(begun?.xid), error))) throw error;
    }
    return result;
  }

  /** Rejects when the server cannot be asked in time: then nobody may say that it was written, nor that it was not. */
  async function hasCommitted(xid: string, cause: unknown): Promise<boolean> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(PAUSE_MS)) {
      const status = await connection()
        .then((asked) => asked.query('SELECT pg_xact_status($1::text::xid8) AS status', [xid]))
        .then(([row]) => row?.status)
        .catch(() => null);
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
    }
    throw new StoreUnavailable(
      'The connection to the database broke while a change was being committed, and the database could not be asked ' +
        'since whether it was. Read the state back before doing it again.',
      { cause },
    );
  }

  async function run<T>(synced: boolean, body: (connection: Connection) => Promise<T>): Promise<T> {
    const end = Date.now() + PATIENCE_MS;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(synced, body);
      } catch (error) {
        if (closed || !mayTryAgain(error, tries, end)) throw error;
        if (isLost(error)) await sleep(PAUSE_MS);
      }
    }
  }

  const write = createWriteGroup(schema);
  return {
    run,
    alone: (statement) => run(false, statement),
    commit: (changes, now) => run(true, (own) => write(own, changes, now)),
    write,
    isOutage,
    toUnavailable,
    async close() {
      closed = true;
      await current?.close();
    },
  };
}

function mayTryAgain(error: unknown, tries: number, end: number): boolean {
  return isContended(error) ? tries < TRIES_MAX : isLost(error) && Date.now() < end;
}
