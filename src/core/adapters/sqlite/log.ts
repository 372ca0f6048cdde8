import type { SessionEvent } from '../../events.ts';
import type { EventId, SessionId } from '../../ids.ts';
import type { InboxRow, LogQuery, LogRow } from '../../ports/store.ts';
import type { Connection, Value } from './driver.ts';
import { eventOf } from './rows.ts';

/**
 * The lines come over as one JSON text: a thousand rows through the binding one by one cost more than the rest of
 * the read together. The order of the subquery is the order of the aggregate, which SQLite promises for subqueries
 * with ORDER BY under group_concat(… ORDER BY …); it is asked for by name to be sure.
 */
export async function readLog(connection: Connection, query: LogQuery): Promise<LogRow[]> {
  const direction = query.order === 'asc' ? 'ASC' : 'DESC';
  const { conditions, values } = logConditions(query);
  const rows = await connection.all(
    `SELECT group_concat('[' || seq || ',' || body || ',' || coalesce(memo, 'null') || ']', ',' ORDER BY seq ${direction}) AS lines
       FROM (SELECT seq, body, memo FROM events WHERE ${conditions} ORDER BY seq ${direction} LIMIT ?)`,
    [...values, query.limit],
  );
  const lines = rows[0]?.lines ?? '';
  return parseLines(`[${lines}]`).map(([seq, event, memo]) => ({ session: query.session, seq, event, memo }));
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

export async function readInbox(connection: Connection, session: SessionId): Promise<InboxRow[]> {
  const rows = await connection.all('SELECT body FROM inbox WHERE session_id = ? ORDER BY n', [session]);
  return rows.map((row) => ({ session, event: eventOf(row.body) }));
}

export async function findEvent(connection: Connection, session: SessionId, id: EventId): Promise<SessionEvent | null> {
  const rows = await connection.all(
    `SELECT body FROM events WHERE session_id = ?1 AND id = ?2
     UNION ALL SELECT body FROM inbox WHERE session_id = ?1 AND id = ?2`,
    [session, id],
  );
  return rows[0] ? eventOf(rows[0].body) : null;
}
