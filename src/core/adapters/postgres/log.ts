import type { SessionEvent } from '../../events.ts';
import type { EventId, LogId } from '../../ids.ts';
import type { InboxRow, LogQuery, LogRow, LogText } from '../../ports/store.ts';
import { eventOf, inboxOf, ownerOf } from '../sql/rows.ts';
import type { Row, Value } from './connection.ts';
import type { Reader } from './reader.ts';

export async function readLog(reader: Reader, query: LogQuery): Promise<LogRow[]> {
  return (await readPage(reader, query, 'seq, body, memo')).map((row) => ({
    session: query.session,
    seq: Number(row.seq),
    event: eventOf(row.body),
    memo: row.memo === null ? null : JSON.parse(String(row.memo)),
  }));
}

export async function readLogText(reader: Reader, query: LogQuery): Promise<LogText> {
  const { text, values } = pageOf({ ...query, limit: query.limit + 1 }, 'seq, body');
  const session = `$${values.length + 1}`;
  const found = await reader.all(
    `SELECT page.*, EXISTS (SELECT 1 FROM inbox WHERE session_id = ${session}) AS queued,
            (SELECT workspace FROM sessions WHERE id = ${session}) AS workspace
       FROM (SELECT) AS always LEFT JOIN (${text}) AS page ON true
      ORDER BY page.seq ${query.order === 'asc' ? 'ASC' : 'DESC'}`,
    [...values, query.session],
  );
  const lines = found.filter((row) => row.seq !== null);
  const rows = lines.slice(0, query.limit);
  return {
    events: Buffer.from(rows.map((row) => row.body).join(',')),
    last: Number(rows.at(-1)?.seq ?? 0),
    more: lines.length > rows.length,
    queued: found[0]?.queued === true,
    workspace: ownerOf(found[0]?.workspace),
  };
}

async function readPage(reader: Reader, query: LogQuery, columns: string): Promise<Row[]> {
  const { text, values } = pageOf(query, columns);
  return await reader.all(text, values);
}

function pageOf(query: LogQuery, columns: string): { text: string; values: Value[] } {
  const { conditions, values } = logConditions(query);
  const order = query.order === 'asc' ? 'ASC' : 'DESC';
  const limit = `$${values.length + 1}`;
  const inOrder = `ORDER BY seq ${order} LIMIT ${limit}`;
  if (query.types === undefined) {
    return { text: `SELECT ${columns} FROM events WHERE ${conditions} ${inOrder}`, values: [...values, query.limit] };
  }
  // Of each type by itself, in the order of an index: however seldom they are, no line of another type is looked at.
  const types = `$${values.length + 2}`;
  const ofType = `SELECT seq FROM events WHERE ${conditions} AND type = wanted.type ${inOrder}`;
  const found = `SELECT line.seq FROM unnest(${types}::text[]) AS wanted (type), LATERAL (${ofType}) AS line ${inOrder}`;
  return {
    text: `SELECT ${columns} FROM events WHERE session_id = $1 AND seq = ANY(ARRAY(${found})) ORDER BY seq ${order}`,
    values: [...values, query.limit, [...new Set(query.types)]],
  };
}

function logConditions(query: LogQuery): { conditions: string; values: Value[] } {
  const parts: [condition: (parameter: string) => string, value: Value | undefined][] = [
    [(it) => `session_id = ${it}`, query.session],
    [(it) => `seq ${query.order === 'asc' ? '>' : '<'} ${it}`, query.after],
    [(it) => `processed_at > ${it}`, query.processedAt?.gt],
    [(it) => `processed_at >= ${it}`, query.processedAt?.gte],
    [(it) => `processed_at < ${it}`, query.processedAt?.lt],
    [(it) => `processed_at <= ${it}`, query.processedAt?.lte],
  ];
  const conditions: string[] = [];
  const values: Value[] = [];
  for (const [condition, value] of parts) {
    if (value === undefined) continue;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  }
  return { conditions: conditions.join(' AND '), values };
}

export async function readInbox(reader: Reader, session: LogId): Promise<InboxRow[]> {
  const rows = await reader.all('SELECT body FROM inbox WHERE session_id = $1 ORDER BY n', [session]);
  return inboxOf(
    session,
    rows.map(({ body }) => body),
  );
}

export async function findEvent(reader: Reader, session: LogId, id: EventId): Promise<SessionEvent | null> {
  const rows = await reader.all(
    `SELECT body FROM events WHERE session_id = $1 AND id = $2
     UNION ALL SELECT body FROM inbox WHERE session_id = $1 AND id = $2`,
    [session, id],
  );
  return rows[0] ? eventOf(rows[0].body) : null;
}
