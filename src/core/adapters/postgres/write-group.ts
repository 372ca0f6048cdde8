import type { LogId } from '../../ids.ts';
import type { Change } from '../sql/change.ts';
import { docKey, type Outcome, planGroup, type Seen, type SessionRow } from '../sql/plan.ts';
import { docKindOf, sessionRowOf } from '../sql/rows.ts';
import type { Connection, Row } from './connection.ts';
import { INSERT_INBOX, statements } from './statements.ts';

/** All has been sent. The result stands if no answer is a failure. */
export interface Sent<T> {
  result: T;
  answers: Promise<unknown>;
}

type WriteGroup = (
  connection: Connection,
  changes: readonly Change[],
  now: number,
  begun: Promise<unknown>,
) => Promise<Sent<Outcome[]>>;

/**
 * Reads what the changes depend on and locks it against other nodes, decides, and writes. Locks are taken in the order of
 * the keys, so that two nodes wait for each other but not in a circle. They may be asked for before the transaction is known to
 * have begun; nothing is written before that.
 */
export function createWriteGroup(schema: string): WriteGroup {
  return async (connection, changes, now, begun) => {
    const [sessions, revisions] = await Promise.all([
      lockSessions(connection, changes),
      lockDocuments(connection, schema, changes),
      begun,
    ]);
    const seen = { sessions, revisions, ledger: null };
    const { outcomes, writes } = planGroup(seen, changes, now);
    const asked = statements(seen, writes, now)
      .filter(([, columns]) => columns.length > 0)
      .map(([sql, columns]) => ({ sql, rows: connection.query(sql, columns) }));
    const answers = Promise.all(asked.map(({ rows }) => rows));
    const numbers = asked.find(({ sql }) => sql === INSERT_INBOX)?.rows;
    if (numbers === undefined) return { result: outcomes, answers };
    // Once it is committed, numbers whose answer was lost could not be asked for again.
    await answers;
    const numbered = await numbers;
    return { result: outcomes.map((outcome) => withNumbers(outcome, numbered)), answers };
  };
}

async function lockSessions(connection: Connection, changes: readonly Change[]): Promise<Map<LogId, SessionRow>> {
  const ids = new Set<LogId>();
  for (const change of changes) {
    if (change.fence) ids.add(change.fence.session);
    for (const { session } of [...change.append, ...change.inbox, ...change.takes]) ids.add(session);
    for (const id of [...change.wakes, ...change.opens, ...change.erases]) ids.add(id);
  }
  if (ids.size === 0) return new Map();
  const rows = await connection.query(LOCK_SESSIONS, [[...ids]]);
  return new Map(rows.map(sessionRowOf).map((row) => [row.id, row]));
}

/**
 * Documents that are not there cannot be locked. Whoever may make one waits for all others that do: so of two nodes that
 * make the same one the second sees it, and positions grow in the order in which they become visible.
 */
async function lockDocuments(
  connection: Connection,
  schema: string,
  changes: readonly Change[],
): Promise<Seen['revisions']> {
  const puts = new Set<string>();
  const wanted = new Map<string, { kind: string; id: string }>();
  for (const change of changes) {
    for (const { doc } of change.puts) puts.add(docKey(doc.kind, doc.id));
    for (const doc of [...change.puts.map((put) => put.doc), ...change.removes]) {
      wanted.set(docKey(doc.kind, doc.id), doc);
    }
  }
  if (wanted.size === 0) return new Map();
  const read = async () => {
    const values = [...wanted.values()];
    const rows = await connection.query(LOCK_DOCUMENTS, [values.map((it) => it.kind), values.map((it) => it.id)]);
    return new Map(rows.map((row) => [docKey(docKindOf(row.kind), String(row.id)), Number(row.revision)]));
  };
  const found = await read();
  if ([...puts].every((key) => found.has(key))) return found;
  await connection.query('SELECT pg_advisory_xact_lock(hashtext($1), 2)', [`${schema} documents`]);
  return await read();
}

/** The numbers of inbox rows tell nodes apart what they have told their listeners from what they have not. */
function withNumbers(outcome: Outcome, numbers: readonly Row[]): Outcome {
  if (!outcome.ok || numbers.length === 0) return outcome;
  const byId = new Map(numbers.map((row) => [row.id, Number(row.n)]));
  const feed = outcome.feed.map((entry) => {
    const n = entry.item.kind === 'queued' ? byId.get(entry.item.event.id) : undefined;
    return n === undefined ? entry : { ...entry, n };
  });
  return { ...outcome, feed };
}

const LOCK_SESSIONS = 'SELECT * FROM sessions WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE';
const LOCK_DOCUMENTS = `SELECT d.kind, d.id, d.revision
  FROM documents AS d JOIN unnest($1::text[], $2::text[]) AS wanted (kind, id) ON d.kind = wanted.kind AND d.id = wanted.id
  ORDER BY d.kind, d.id FOR UPDATE OF d`;
