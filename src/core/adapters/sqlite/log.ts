import type { SessionEvent } from '../../events.ts';
import type { EventId, LogId, WorkspaceId } from '../../ids.ts';
import type { InboxRow, LogQuery, LogRow, LogText } from '../../ports/store.ts';
import { eventOf, inboxOf, ownerOf } from '../sql/rows.ts';
import { SqliteFailure, type Value } from './driver.ts';
import type { Reader } from './reader.ts';

/** SQLite's code for a text above its limit. */
const TOO_BIG = 18;

/** The lines come over as one piece of JSON: through the binding one by one they cost more than the rest together. */
export async function readLog(reader: Reader, query: LogQuery): Promise<LogRow[]> {
  const line = `'[' || seq || ',' || body || ',' || coalesce(memo, 'null') || ']'`;
  const { text } = await readLines(reader, query, line);
  return parseLines(`[${text.toString()}]`).map(([seq, event, memo]) => ({ session: query.session, seq, event, memo }));
}

export async function readLogText(reader: Reader, query: LogQuery): Promise<LogText> {
  const { text, ...page } = await readLines(reader, query, 'body');
  return { events: text, ...page };
}

interface Lines {
  text: Buffer;
  last: number;
  more: boolean;
  queued: boolean;
  workspace: WorkspaceId | null;
}

/** A page of lines too large for one text is read in halves. */
async function readLines(reader: Reader, query: LogQuery, line: string): Promise<Lines> {
  try {
    return await (isWhole(query) ? readRange(reader, query, line) : readPage(reader, query, line));
  } catch (error) {
    if (!(error instanceof SqliteFailure && error.code === TOO_BIG && query.limit > 1)) throw error;
    const half = Math.ceil(query.limit / 2);
    const first = await readLines(reader, { ...query, limit: half }, line);
    if (!first.more) return first;
    const second = await readLines(reader, { ...query, limit: query.limit - half, after: first.last }, line);
    return { ...second, queued: first.queued, text: Buffer.concat([first.text, COMMA, second.text]) };
  }
}

/** Oldest first and nothing left out. */
function isWhole({ order, types, processedAt }: LogQuery): boolean {
  return order === 'asc' && types === undefined && processedAt === undefined;
}

/**
 * Lines are numbered without a gap, so that a page of all of them is a range of the table, read once in its own order: 0.6
 * of the time of `readPage`.
 */
async function readRange(reader: Reader, query: LogQuery, line: string): Promise<Lines> {
  const { session, limit, after = 0 } = query;
  const rows = await reader.all(
    `SELECT count(*) AS count, CAST(group_concat(${line}, ',') AS BLOB) AS text,
        (SELECT seq FROM sessions WHERE id = ?1) AS head, (SELECT workspace FROM sessions WHERE id = ?1) AS workspace,
        EXISTS (SELECT 1 FROM inbox WHERE session_id = ?1) AS queued
      FROM events NOT INDEXED WHERE session_id = ?1 AND seq > ?2 AND seq <= ?3`,
    [session, after, after + limit],
  );
  const { count, text, head, queued, workspace } = rows[0] ?? {};
  const found = Number(count ?? 0);
  const last = found === 0 ? 0 : after + found;
  const more = found === limit && Number(head) > last;
  return { text: bytesOf(text), last, more, queued: queued === 1, workspace: ownerOf(workspace) };
}

/**
 * Joined in the order of the rows, which is the order of the innermost query; sorting once more would take as long as the
 * rest. As bytes, because a text would be decoded here only to be encoded again for the wire.
 */
async function readPage(reader: Reader, query: LogQuery, line: string): Promise<Lines> {
  const { found, conditions, values } = pageOf(query);
  const [order, farthest, beyond] = query.order === 'asc' ? ['ASC', 'max', '>'] : ['DESC', 'min', '<'];
  const rows = await reader.all(
    `${found.text} SELECT last, text,
        CASE WHEN count = ? THEN EXISTS (SELECT 1 FROM events WHERE ${conditions} AND seq ${beyond} last) END AS more,
        EXISTS (SELECT 1 FROM inbox WHERE session_id = ?) AS queued,
        (SELECT workspace FROM sessions WHERE id = ?) AS workspace
      FROM (SELECT count(*) AS count, ${farthest}(seq) AS last, CAST(group_concat(line, ',') AS BLOB) AS text
        FROM (SELECT seq, ${line} AS line FROM events WHERE ${conditions} ORDER BY seq ${order} LIMIT ?))`,
    [...found.values, query.limit, ...values, query.session, query.session, ...values, query.limit],
  );
  const { last, text, more, queued, workspace } = rows[0] ?? {};
  return {
    text: bytesOf(text),
    last: Number(last ?? 0),
    more: more === 1,
    queued: queued === 1,
    workspace: ownerOf(workspace),
  };
}

const COMMA = Buffer.from(',');

/** Both bindings give a blob as bytes. */
function bytesOf(cell: unknown): Buffer {
  return cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength) : Buffer.alloc(0);
}

/** The text was put together above, out of what this adapter had written. */
function parseLines(text: string): [seq: number, event: SessionEvent, memo: unknown][] {
  return JSON.parse(text) as [number, SessionEvent, unknown][];
}

interface Page {
  found: { text: string; values: Value[] };
  conditions: string;
  values: Value[];
}

/**
 * Of some types only, the lines are found by an index for each type first, one more than the page takes: however seldom
 * they are, no line of another type is looked at.
 */
function pageOf(query: LogQuery): Page {
  const plain = logConditions(query);
  const none = { text: '', values: [] };
  if (query.types === undefined) return { found: none, ...plain };
  if (query.types.length === 0) return { found: none, conditions: 'false', values: [] };
  const types = [...new Set(query.types)];
  const order = query.order === 'asc' ? 'ASC' : 'DESC';
  const limit = query.limit + 1;
  const ofType = `SELECT seq FROM events INDEXED BY events_by_type WHERE ${plain.conditions} AND type = ? ORDER BY seq ${order} LIMIT ?`;
  const ofEach = types.map(() => `SELECT seq FROM (${ofType})`).join(' UNION ALL ');
  return {
    found: {
      text: `WITH found AS (SELECT seq FROM (${ofEach}) ORDER BY seq ${order} LIMIT ?)`,
      values: [...types.flatMap((type) => [...plain.values, type, limit]), limit],
    },
    conditions: 'session_id = ? AND seq IN (SELECT seq FROM found)',
    values: [query.session],
  };
}

function logConditions(query: LogQuery): { conditions: string; values: Value[] } {
  const parts: [condition: string, value: Value | undefined][] = [
    ['session_id = ?', query.session],
    [query.order === 'asc' ? 'seq > ?' : 'seq < ?', query.after],
    ['processed_at > ?', query.processedAt?.gt],
    ['processed_at >= ?', query.processedAt?.gte],
    ['processed_at < ?', query.processedAt?.lt],
    ['processed_at <= ?', query.processedAt?.lte],
  ];
  const conditions: string[] = [];
  const values: Value[] = [];
  for (const [condition, value] of parts) {
    if (value === undefined) continue;
    conditions.push(condition);
    values.push(value);
  }
  return { conditions: conditions.join(' AND '), values };
}

export async function readInbox(reader: Reader, session: LogId): Promise<InboxRow[]> {
  const rows = await reader.all('SELECT body FROM inbox WHERE session_id = ? ORDER BY n', [session]);
  return inboxOf(
    session,
    rows.map((row) => row.body),
  );
}

export async function findEvent(reader: Reader, session: LogId, id: EventId): Promise<SessionEvent | null> {
  const rows = await reader.all(
    `SELECT body FROM events WHERE session_id = ?1 AND id = ?2
     UNION ALL SELECT body FROM inbox WHERE session_id = ?1 AND id = ?2`,
    [session, id],
  );
  return rows[0] ? eventOf(rows[0].body) : null;
}
