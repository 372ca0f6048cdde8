/** What a planned group of changes writes, as statements: one for each table and way of writing to it. */
import { docKey, type Seen, type SessionRow, type Writes } from '../sql/plan.ts';
import type { Value } from './connection.ts';
import { fieldsOf } from './fields.ts';

/**
 * In the order in which they must be carried out. A statement is given column by column, in the order of its parameters;
 * without columns there is nothing for it to do.
 */
export function statements(seen: Seen, writes: Writes, now: number): [sql: string, columns: Value[]][] {
  const erased = [...writes.erases];
  const isNew = (row: SessionRow) => !seen.sessions.has(row.id) || writes.erases.has(row.id);
  const removed = new Set(writes.removes.map(({ kind, id }) => docKey(kind, id)));
  const makes = ({ doc }: Put) =>
    !seen.revisions.has(docKey(doc.kind, doc.id)) || removed.has(docKey(doc.kind, doc.id));
  const sessions = [...writes.sessions.values()];
  const puts = [...writes.puts.values()];
  return [
    [REMOVE_DOCUMENTS, columns(2, writes.removes, ({ kind, id }) => [kind, id])],
    ...ERASE.map((sql): [string, Value[]] => [sql, erased.length === 0 ? [] : [erased]]),
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
    [INSERT_EVENTS, eventColumns(writes.events)],
    [
      PUT_TOOL_CALLS,
      columns(5, lastOfEach(writes.toolCalls), (call) => [call.session, call.toolUse, call.state, call.epoch, now]),
    ],
  ];
}

type Put = Writes['puts'] extends Map<string, infer P> ? P : never;
type Cell = string | number | null;

function columns<Item>(count: number, rows: readonly Item[], cells: (row: Item) => Cell[]): Cell[][] {
  if (rows.length === 0) return [];
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

/**
 * None of the texts of a line holds a line end, JSON escapes it: so a column is its lines, which neither side has to quote or
 * unquote. One line end more would leave the other columns short of a row, and the database refuses that.
 */
function eventColumns(events: Writes['events']): string[] {
  if (events.length === 0) return [];
  const lines = (text: (row: Writes['events'][number]) => string) => events.map(text).join('\n');
  const numbers = (number: (row: Writes['events'][number]) => number | null) =>
    `{${events.map((row) => number(row) ?? 'NULL').join()}}`;
  return [
    lines(({ session }) => session),
    numbers(({ seq }) => seq),
    lines(({ event }) => event.id),
    lines(({ event }) => event.type),
    numbers(({ event }) => (event.processed_at === null ? null : Date.parse(event.processed_at))),
    lines(({ body }) => body),
    lines(({ memoText }) => memoText ?? ''),
    lines(({ hash }) => hash),
  ];
}

/** One statement writes a row once: of several states of a call in one group the last counts, its start is kept. */
function lastOfEach(calls: Writes['toolCalls']): Writes['toolCalls'] {
  return [...new Map(calls.map((call) => [`${call.session} ${call.toolUse}`, call])).values()];
}

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
export const INSERT_INBOX = `INSERT INTO inbox (session_id, id, body)
  SELECT session_id, id, body FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS t (session_id, id, body, n)
   ORDER BY t.n
  RETURNING n, id`;
const TAKE_INBOX = 'DELETE FROM inbox WHERE (session_id, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';
const INSERT_EVENTS = `INSERT INTO events (session_id, seq, id, type, processed_at, body, memo, hash)
  SELECT * FROM unnest(string_to_array($1, E'\\n'), $2::bigint[], string_to_array($3, E'\\n'), string_to_array($4, E'\\n'),
    $5::bigint[], string_to_array($6, E'\\n'), string_to_array($7, E'\\n', ''), string_to_array($8, E'\\n'))`;
const PUT_TOOL_CALLS = `INSERT INTO tool_calls AS c (session_id, tool_use_id, state, epoch, started_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
  ON CONFLICT (session_id, tool_use_id) DO UPDATE SET state = excluded.state, epoch = excluded.epoch,
    started_at = CASE excluded.state WHEN 'started' THEN excluded.started_at ELSE c.started_at END`;
