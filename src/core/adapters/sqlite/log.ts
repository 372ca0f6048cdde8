import type { SessionEvent } from '../../events.ts';
import type { EventId, SessionId } from '../../ids.ts';
import type { InboxRow, LogQuery, LogRow } from '../../ports/store.ts';
import { SqliteFailure, type Value } from './driver.ts';
import type { Reader } from './reader.ts';
import { eventOf } from './rows.ts';

/** SQLite's code for a text above its limit. */
const TOO_BIG = 18;

/**
 * The lines come over as one JSON text: a thousand rows through the binding one by one cost more than the rest of
 * the read together. SQLite does not promise the order of an aggregate, so the lines are put in order here; they
 * arrive in it, which makes that one pass. A page of events too large for one text is read in halves.
 */
export async function readLog(reader: Reader, query: LogQuery): Promise<LogRow[]> {
  try {
    return await readPage(reader, query);
  } catch (error) {
    if (!(error instanceof SqliteFailure && error.code === TOO_BIG && query.limit > 1)) throw error;
    const half = Math.ceil(query.limit / 2);
    const first = await readLog(reader, { ...query, limit: half });
    const last = first.at(-1);
    if (last === undefined || first.length < half) return first;
    return [...first, ...(await readLog(reader, { ...query, limit: query.limit - half, after: last.seq }))];
  }
}

async function readPage(reader: Reader, query: LogQuery): Promise<LogRow[]> {
  const { conditions, values } = logConditions(query);
  const rows = await reader.all(
    `SELECT group_concat('[' || seq || ',' || body || ',' || coalesce(memo, 'null') || ']', ',') AS lines FROM
       (SELECT seq, body, memo FROM events WHERE ${conditions} ORDER BY seq ${query.order === 'asc' ? 'ASC' : 'DESC'} LIMIT ?)`,
    [...values, query.limit],
  );
  const lines = rows[0]?.lines ?? '';
  const sign = query.order === 'asc' ? 1 : -1;
  return parseLines(`[${lines}]`)
    .sort(([a], [b]) => sign * (a - b))
    .map(([seq, event, memo]) => ({ session: query.session, seq, event, memo }));
}

/** The text was put together above, out of what this adapter had written. */
function parseLines(text: string): [seq: number, event: SessionEvent, memo: unknown][] {
  return JSON.parse(text) as [number, SessionEvent, unknown][];
}

function logConditions(query: LogQuery): { conditions: string; values: Value[] } {
  const parts: [condition: string, value: Value | undefined][] = [
    ['session_id = ?', query.session],
    [query.order === 'asc' ? 'seq > ?' : 'seq < ?', query.after],
    ['type IN (SELECT value FROM json_each(?))', query.types && JSON.stringify(query.types)],
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

export async function readInbox(reader: Reader, session: SessionId): Promise<InboxRow[]> {
  const rows = await reader.all('SELECT body FROM inbox WHERE session_id = ? ORDER BY n', [session]);
  return rows.map((row) => ({ session, event: eventOf(row.body) }));
}

export async function findEvent(reader: Reader, session: SessionId, id: EventId): Promise<SessionEvent | null> {
  const rows = await reader.all(
    `SELECT body FROM events WHERE session_id = ?1 AND id = ?2
     UNION ALL SELECT body FROM inbox WHERE session_id = ?1 AND id = ?2`,
    [session, id],
  );
  return rows[0] ? eventOf(rows[0].body) : null;
}
