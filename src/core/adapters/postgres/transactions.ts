/**
 * Transactions on the one connection of a node that writes. A connection that breaks is made again: what had not been
 * committed is done once more, and where the answer to a commit was lost the server is asked what became of it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isContended, isLost } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Transactions } from '../sql/writer.ts';
import type { Connection } from './connection.ts';
import { isOutage, toUnavailable } from './unavailable.ts';
import { createWriteGroup, type Sent } from './write-group.ts';

/** How long callers wait for a server that went away, as in a failover, before they are told. */
const PATIENCE_MS = 8_000;
const PAUSE_MS = 100;
const TRIES_MAX = 10;

/** Before the transaction is known to have begun it may ask what does no harm outside of one. */
type Body<T> = (connection: Connection, begun: Promise<unknown>) => Promise<Sent<T>>;

export function transactionsOver(
  schema: string,
  open: () => Promise<Connection>,
  first: Connection,
): Transactions<Connection> {
  const self = randomUUID();
  let current: Connection | null = first;
  let commits = 0;
  let closed = false;

  async function connection(): Promise<Connection> {
    if (current?.isOpen()) return current;
    current = await open();
    return current;
  }

  async function attempt<T>(synced: boolean, body: Body<T>): Promise<T> {
    const own = await connection();
    commits += 1;
    const mark = commits;
    // The mark stands if the rest does. With it comes the number that the server can be asked for later.
    const marking = Promise.all([own.script('BEGIN'), own.query(MARK, [self, mark])]);
    const begun = marking.then(([, [row]]) => String(row?.xid));
    let sent: Sent<T>;
    try {
      sent = await body(own, begun);
    } catch (error) {
      throw await rolledBack(own, error);
    }
    const [failure] = (await Promise.allSettled([sent.answers, own.commit({ synced })])).flatMap(reasonOf);
    if (failure === undefined) return sent.result;
    if (!isLost(failure.reason)) throw await rolledBack(own, failure.reason);
    if (!(await hasCommitted(await begun, mark, failure.reason))) throw failure.reason;
    return sent.result;
  }

  /**
   * A transaction of this number is over, and the mark says whether it was ours. Rejects when the server cannot be asked in
   * time: then nobody may say that it was written, nor that it was not.
   */
  async function hasCommitted(xid: string, mark: number, cause: unknown): Promise<boolean> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(PAUSE_MS)) {
      const row = await connection()
        .then((asked) => asked.query(ASK, [xid, self]))
        .then(([found]) => found)
        .catch(() => undefined);
      if (row?.status === 'aborted') return false;
      if (row?.status === 'committed') return Number(row.last ?? 0) === mark;
    }
    throw new StoreUnavailable(
      'The connection to the database broke while a change was being committed, and the database could not be asked ' +
        'since whether it was. Read the state back before doing it again.',
      { cause },
    );
  }

  async function patiently<T>(synced: boolean, body: Body<T>): Promise<T> {
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

  function run<T>(synced: boolean, body: (connection: Connection) => Promise<T>): Promise<T> {
    return patiently(synced, async (own, begun) => {
      await begun;
      return { result: await body(own), answers: NONE };
    });
  }

  const writeGroup = createWriteGroup(schema);
  return {
    run,
    alone: (statement) => run(false, statement),
    commit: (changes, now) => patiently(true, (own, begun) => writeGroup(own, changes, now, begun)),
    async write(own, changes, now) {
      const { result, answers } = await writeGroup(own, changes, now, NONE);
      await answers;
      return result;
    },
    isOutage,
    toUnavailable,
    async close() {
      closed = true;
      if (current?.isOpen()) await current.query(FORGET, [self]).catch(() => undefined);
      await current?.close();
    },
  };
}

const NONE = Promise.resolve();

function reasonOf(answer: PromiseSettledResult<unknown>): { reason: unknown }[] {
  return answer.status === 'rejected' ? [{ reason: answer.reason }] : [];
}

async function rolledBack(own: Connection, error: unknown): Promise<unknown> {
  if (own.isOpen()) await own.script('ROLLBACK').catch(() => own.close());
  return error;
}

const MARK = `INSERT INTO writers (id, last) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE SET last = excluded.last, at = excluded.at RETURNING pg_current_xact_id()::text AS xid`;
const ASK = `SELECT pg_xact_status($1::text::xid8) AS status, (SELECT last FROM writers WHERE id = $2) AS last`;
/** With them go the marks of those that could not say goodbye. */
const FORGET = "DELETE FROM writers WHERE id = $1 OR at < clock_timestamp() - interval '30 days'";

function mayTryAgain(error: unknown, tries: number, end: number): boolean {
  return isContended(error) ? tries < TRIES_MAX : isLost(error) && Date.now() < end;
}
