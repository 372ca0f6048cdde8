import type { LogId } from '../../ids.ts';
import type { Change } from '../sql/change.ts';
import { docKey, type Outcome, planGroup, type Seen, type SessionRow, type Writes } from '../sql/plan.ts';
import { docKindOf, sessionRowOf } from '../sql/rows.ts';
import type { Connection } from './driver.ts';

/** Reads what the changes depend on, decides, and writes: at most two reads and nine writes however many changes. */
export async function writeGroup(connection: Connection, changes: readonly Change[], now: number): Promise<Outcome[]> {
  const seen = {
    sessions: await readSessions(connection, changes),
    revisions: await readRevisions(connection, changes),
  };
  const { outcomes, writes } = planGroup(seen, changes, now);
  for (const [sql, rows] of statements(writes, now)) {
    if (rows.length > 0) await connection.run(sql, [JSON.stringify(rows)]);
  }
  return outcomes;
}

async function readSessions(connection: Connection, changes: readonly Change[]): Promise<Map<LogId, SessionRow>> {
  const ids = new Set<LogId>();
  for (const change of changes) {
    if (change.fence) ids.add(change.fence.session);
    for (const { session } of change.append) ids.add(session);
    for (const { session } of change.inbox) ids.add(session);
    for (const id of [...change.wakes, ...change.opens]) ids.add(id);
  }
  if (ids.size === 0) return new Map();
  const rows = await connection.all(
    'SELECT s.* FROM json_each(?) AS wanted CROSS JOIN sessions AS s ON s.id = wanted.value',
    [JSON.stringify([...ids])],
  );
  return new Map(rows.map((row) => [sessionRowOf(row).id, sessionRowOf(row)]));
}

async function readRevisions(connection: Connection, changes: readonly Change[]): Promise<Seen['revisions']> {
  const wanted = changes.flatMap((change) => change.puts.map(({ doc }) => [doc.kind, doc.id]));
  if (wanted.length === 0) return new Map();
  const rows = await connection.all(
    `SELECT d.kind, d.id, d.revision FROM json_each(?) AS wanted CROSS JOIN documents AS d
       ON d.kind = wanted.value ->> 0 AND d.id = wanted.value ->> 1`,
    [JSON.stringify(wanted)],
  );
  return new Map(rows.map((row) => [docKey(docKindOf(row.kind), String(row.id)), Number(row.revision)]));
}

type Cell = string | number | null;

function statements(writes: Writes, now: number): [sql: string, rows: Cell[][]][] {
  return [
    [REMOVE_DOCUMENTS, writes.removes.map(({ kind, id }) => [kind, id])],
    [ERASE_SESSIONS, [...writes.erases].map((id) => [id])],
    [PUT_SESSIONS, [...writes.sessions.values()].map(sessionCells)],
    [PUT_DOCUMENTS, [...writes.puts.values()].map(documentCells)],
    [INSERT_INBOX, writes.inbox.map(({ session, id, body }) => [session, id, body])],
    [TAKE_INBOX, writes.takes.map(({ session, id }) => [session, id])],
    [INSERT_EVENTS, writes.events.map(eventCells)],
    [PUT_TOOL_CALLS, writes.toolCalls.map((call) => [call.session, call.toolUse, call.state, call.epoch, now])],
  ];
}

function sessionCells(row: SessionRow): Cell[] {
  return [row.id, row.seq, row.epoch, row.leaseUntil, row.wakeAt, row.woken ? 1 : 0, row.took ? 1 : 0];
}

function documentCells({ doc, body, revision }: Change['puts'][number] & { revision: number }): Cell[] {
  return [doc.kind, doc.id, doc.workspace, doc.parent, doc.createdAt, doc.archived ? 1 : 0, revision, body];
}

function eventCells({ session, seq, event, body, memoText }: Writes['events'][number]): Cell[] {
  const processedAt = event.processed_at === null ? null : Date.parse(event.processed_at);
  return [session, seq, event.id, event.type, processedAt, body, memoText];
}

/** The cells of a row that arrived as a JSON array. Bodies travel as strings in it, so their depth does not matter. */
function cells(count: number): string {
  return Array.from({ length: count }, (_, index) => `value ->> ${index}`).join(', ');
}

const REMOVE_DOCUMENTS =
  'DELETE FROM documents WHERE (kind, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';
const ERASE_SESSIONS = 'DELETE FROM sessions WHERE id IN (SELECT value ->> 0 FROM json_each(?))';
const PUT_SESSIONS = `INSERT INTO sessions (id, seq, epoch, lease_until, wake_at, woken, took)
  SELECT ${cells(7)} FROM json_each(?) WHERE true
  ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, wake_at = excluded.wake_at, woken = excluded.woken, took = excluded.took`;
const PUT_DOCUMENTS = `INSERT INTO documents (kind, id, workspace, parent, created_at, archived, revision, body)
  SELECT ${cells(8)} FROM json_each(?) WHERE true
  ON CONFLICT (kind, id) DO UPDATE SET workspace = excluded.workspace, parent = excluded.parent,
    created_at = excluded.created_at, archived = excluded.archived, revision = excluded.revision, body = excluded.body`;
const INSERT_INBOX = `INSERT INTO inbox (session_id, id, body) SELECT ${cells(3)} FROM json_each(?)`;
const TAKE_INBOX = 'DELETE FROM inbox WHERE (session_id, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))';
const INSERT_EVENTS = `INSERT INTO events (session_id, seq, id, type, processed_at, body, memo)
  SELECT ${cells(7)} FROM json_each(?)`;
const PUT_TOOL_CALLS = `INSERT INTO tool_calls (session_id, tool_use_id, state, epoch, started_at)
  SELECT ${cells(5)} FROM json_each(?) WHERE true
  ON CONFLICT (session_id, tool_use_id) DO UPDATE SET state = excluded.state, epoch = excluded.epoch,
    started_at = CASE excluded.state WHEN 'started' THEN excluded.started_at ELSE started_at END`;
