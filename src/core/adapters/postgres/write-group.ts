import type { LogId } from '../../ids.ts';
import type { Change } from '../sql/change.ts';
import { docKey, type Outcome, planGroup, type Seen, type SessionRow, type Writes } from '../sql/plan.ts';
import { docKindOf, sessionRowOf } from '../sql/rows.ts';
import type { Connection, Row } from './connection.ts';
import { fieldsOf } from './fields.ts';

type WriteGroup = (connection: Connection, changes: readonly Change[], now: number) => Promise<Outcome[]>;

/**
 * Reads what the changes depend on and locks it against other nodes, decides, and writes. Locks are taken in the order of
 * the keys, so that two nodes wait for each other but not in a circle.
 */
export function createWriteGroup(schema: string): WriteGroup {
  return async (connection, changes, now) => {
    const seen = {
      sessions: await lockSessions(connection, changes),
      revisions: await lockDocuments(connection, schema, changes),
      ledger: null,
    };
    const { outcomes, writes } = planGroup(seen, changes, now);
    let numbers: Row[] = [];
    for (const [sql, columns] of statements(seen, writes, now)) {
      if (columns[0]?.length === 0) continue;
      const rows = await connection.query(sql, columns);
      if (sql === INSERT_INBOX) numbers = rows;
    }
    return outcomes.map((outcome) => withNumbers(outcome, numbers));
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
  return new Map(rows.map((row) => [sessionRowOf(row).id, sessionRowOf(row)]));
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

/** A statement is given column by column, in the order of its parameters. */
function statements(seen: Seen, writes: Writes, now: number): [sql: string, columns: Cell[][]][] {
  const erased = [...writes.erases];
  const isNew = (row: SessionRow) => !seen.sessions.has(row.id) || writes.erases.has(row.id);
  const removed = new Set(writes.removes.map(({ kind, id }) => docKey(kind, id)));
  const makes = ({ doc }: Put) =>
    !seen.revisions.has(docKey(doc.kind, doc.id)) || removed.has(docKey(doc.kind, doc.id));
  const sessions = [...writes.sessions.values()];
  const puts = [...writes.puts.values()];
  return [
    [REMOVE_DOCUMENTS, columns(2, writes.removes, ({ kind, id }) => [kind, id])],
    ...ERASE.map((sql): [string, Cell[][]] => [sql, [erased]]),
    [INSERT_ERASURES, columns(4, writes.erasures, ({ session, seq, head }) => [session, seq, head, now])],
    [OPEN_SESSIONS, columns(7, sessions.filter(isNew), sessionCells)],
    [
      UPDATE_SESSIONS,
      columns(
        7,
        sessions.filter((row) => !isNew(row)),
        sessionCells,
      ),
    ],
    [INSERT_DOCUMENTS, columns(9, puts.filter(makes), documentCells)],
    [
      UPDATE_DOCUMENTS,
      columns(
        9,
        puts.filter((put) => !makes(put)),
        documentCells,
      ),
    ],
    [INSERT_INBOX, columns(3, writes.inbox, ({ session, id, body }) => [session, id, body])],
    [TAKE_INBOX, columns(2, writes.takes, ({ session, id }) => [session, id])],
    [INSERT_EVENTS, columns(8, writes.events, eventCells)],
    [
      PUT_TOOL_CALLS,
      columns(5, lastOfEach(writes.toolCalls), (call) => [call.session, call.toolUse, call.state, call.epoch, now]),
    ],
  ];
}

type Put = Writes['puts'] extends Map<string, infer P> ? P : never;
type Cell = string | number | null;

function columns<Item>(count: number, rows: readonly Item[], cells: (row: Item) => Cell[]): Cell[][] {
  const table = rows.map(cells);
  return Array.from({ length: count }, (_, column) => table.map((row) => row[column] ?? null));
}

function sessionCells(row: SessionRow): Cell[] {
  return [row.id, row.seq, row.wakeAt, row.woken ? 1 : 0, row.took ? 1 : 0, row.head, row.workspace];
}

function documentCells({ doc, body, revision }: Put): Cell[] {
  const fields = JSON.stringify(fieldsOf(JSON.parse(body)));
  return [doc.kind, doc.id, doc.workspace, doc.parent, doc.createdAt, doc.archived ? 1 : 0, revision, body, fields];
}

function eventCells({ session, seq, event, body, memoText, hash }: Writes['events'][number]): Cell[] {
  const processedAt = event.processed_at === null ? null : Date.parse(event.processed_at);
  return [session, seq, event.id, event.type, processedAt, body, memoText, hash];
}

/** One statement writes a row once: of several states of a call in one group the last counts, its start is kept. */
function lastOfEach(calls: Writes['toolCalls']): Writes['toolCalls'] {
  return [...new Map(calls.map((call) => [`${call.session} ${call.toolUse}`, call])).values()];
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
const REMOVE_DOCUMENTS = 'DELETE FROM documents WHERE (kind, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
const ERASE = [
  'DELETE FROM events WHERE session_id = ANY($1::text[])',
  'DELETE FROM inbox WHERE session_id = ANY($1::text[])',
  'DELETE FROM tool_calls WHERE session_id = ANY($1::text[])',
  'DELETE FROM sessions WHERE id = ANY($1::text[])',
];
const INSERT_ERASURES = `INSERT INTO erasures (session_id, seq, head, erased_at)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])`;
const SESSION_COLUMNS = `unnest($1::text[], $2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::text[],
  $7::text[]) AS t (id, seq, wake_at, woken, took, head, workspace)`;
const OPEN_SESSIONS = `INSERT INTO sessions (id, seq, head, epoch, wake_at, woken, took, workspace)
  SELECT id, seq, head, 0, wake_at, woken, took, workspace FROM ${SESSION_COLUMNS}`;
const UPDATE_SESSIONS = `UPDATE sessions AS s
  SET seq = t.seq, head = t.head, wake_at = t.wake_at, woken = t.woken, took = t.took FROM ${SESSION_COLUMNS}
  WHERE s.id = t.id`;
const DOCUMENT_COLUMNS = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::smallint[], $7::bigint[],
  $8::text[], $9::text[]) WITH ORDINALITY AS t (kind, id, workspace, parent, created_at, archived, revision, body, fields, n)`;
const FIELDS = 'ARRAY(SELECT jsonb_array_elements_text(t.fields::jsonb))';
const INSERT_DOCUMENTS = `INSERT INTO documents (kind, id, workspace, parent, created_at, archived, revision, body, fields)
  SELECT kind, id, workspace, parent, created_at, archived, revision, body, ${FIELDS} FROM ${DOCUMENT_COLUMNS} ORDER BY t.n`;
const UPDATE_DOCUMENTS = `UPDATE documents AS d SET workspace = t.workspace, parent = t.parent, created_at = t.created_at,
    archived = t.archived, revision = t.revision, body = t.body, fields = ${FIELDS}
  FROM ${DOCUMENT_COLUMNS} WHERE d.kind = t.kind AND d.id = t.id`;
const INSERT_INBOX = `INSERT INTO inbox (session_id, id, body)
  SELECT session_id, id, body FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS t (session_id, id, body, n)
   ORDER BY t.n
  RETURNING n, id`;
const TAKE_INBOX = 'DELETE FROM inbox WHERE (session_id, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
const INSERT_EVENTS = `INSERT INTO events (session_id, seq, id, type, processed_at, body, memo, hash)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`;
const PUT_TOOL_CALLS = `INSERT INTO tool_calls AS c (session_id, tool_use_id, state, epoch, started_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
  ON CONFLICT (session_id, tool_use_id) DO UPDATE SET state = excluded.state, epoch = excluded.epoch,
    started_at = CASE excluded.state WHEN 'started' THEN excluded.started_at ELSE c.started_at END`;
