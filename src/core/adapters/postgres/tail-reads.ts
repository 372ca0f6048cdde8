import type { SessionEvent } from '../../events.ts';
import type { LogId } from '../../ids.ts';
import { eventOf, sessionRowOf } from '../sql/rows.ts';
import type { Reader } from './reader.ts';

/** Where logs and inboxes end; sessions that are not there are left out. */
export type Standings = ReadonlyMap<LogId, { seq: number; n: number }>;

/** What tails ask of the database. */
export interface TailReads {
  standings(sessions: readonly LogId[]): Promise<Standings>;
  lines(
    session: LogId,
    range: { after: number; to: number | null; limit: number },
  ): Promise<{ seq: number; event: SessionEvent }[]>;
  /** Waiting input after the number given. */
  queued(session: LogId, after: number): Promise<{ n: number; event: SessionEvent }[]>;
}

export function tailReads(reader: Reader): TailReads {
  return {
    async standings(sessions) {
      if (sessions.length === 0) return new Map();
      const rows = await reader.all(
        `SELECT s.*, (SELECT max(i.n) FROM inbox AS i WHERE i.session_id = s.id) AS n
           FROM sessions AS s WHERE s.id = ANY($1::text[])`,
        [sessions],
      );
      return new Map(rows.map((row) => [sessionRowOf(row).id, { seq: Number(row.seq), n: Number(row.n ?? 0) }]));
    },
    async lines(session, { after, to, limit }) {
      const rows = await reader.all(
        `SELECT seq, body FROM events WHERE session_id = $1 AND seq > $2 AND ($3::bigint IS NULL OR seq <= $3)
          ORDER BY seq LIMIT $4`,
        [session, after, to, limit],
      );
      return rows.map((row) => ({ seq: Number(row.seq), event: eventOf(row.body) }));
    },
    async queued(session, after) {
      const rows = await reader.all('SELECT n, body FROM inbox WHERE session_id = $1 AND n > $2 ORDER BY n', [
        session,
        after,
      ]);
      return rows.map((row) => ({ n: Number(row.n), event: eventOf(row.body) }));
    },
  };
}
