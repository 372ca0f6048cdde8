import type { SessionId } from '../../ids.ts';
import type { Claim, Engine, Lease } from '../../ports/engine.ts';
import { StaleDocument } from '../../ports/store.ts';
import type { Arrivals } from '../sql/arrivals.ts';
import { fencedChangeOf } from '../sql/change.ts';
import { claimsOf, sessionRowOf, toolCallOf } from '../sql/rows.ts';
import { shareWhenCrowded } from '../sql/share.ts';
import type { Waker } from '../sql/waker.ts';
import type { Writer } from '../sql/writer.ts';
import type { Connection, Row, Value } from './driver.ts';
import type { Known } from './known.ts';
import type { Reader } from './reader.ts';

export function sqliteEngine(parts: {
  reader: Reader;
  writer: Writer<Connection>;
  known: Known;
  waker: Waker;
  arrivals: Arrivals;
  now(): number;
  leaseMs: number;
}): Engine {
  const { reader, known, waker, arrivals, now, leaseMs } = parts;

  function owners<T>(change: (update: Update) => Promise<T>, keep?: 'ordered'): Promise<T> {
    return parts.writer.statement((connection) => {
      return change(async (sql, values) => {
        const rows = await connection.all(sql, values);
        known.learn(rows.map(sessionRowOf));
        return rows;
      });
    }, keep);
  }
  const claimBy =
    <Body, Resource>(chosen: string) =>
    (limit: number) =>
      arrivals.during(async (arrived) => {
        const chosenNow = (update: Update) => claim<Body, Resource>(update, chosen, { limit, now: now(), leaseMs });
        const claims = await owners(chosenNow, 'ordered');
        return claims.map((one) => (arrived.has(one.session) ? { ...one, inbox: null } : one));
      });
  return {
    // Leases end with the process: what a crash takes of them is void at the next start, and a session that is due once
    // too often finds nothing to do. Every write under a lease is synced, and with it all that was written before.
    claim: shareWhenCrowded(claimBy(OLDEST), claimBy(SHARED)),
    renew: (lease) => owners((update) => renew(update, lease, now() + leaseMs), 'ordered'),
    async release(lease, wakeAt) {
      if (await owners((update) => release(update, lease, wakeAt, now()), 'ordered')) waker.wake();
    },
    async append(lease, batch) {
      const outcome = await parts.writer.change(fencedChangeOf(lease, batch));
      if (outcome.ok) return outcome.appended;
      if (outcome.why === 'fenced') return null;
      throw new StaleDocument(outcome.kind, outcome.id);
    },
    async toolCalls(session, uses) {
      const rows =
        uses === undefined
          ? await reader.all(`${CALLS} ORDER BY started_at`, [session])
          : await reader.all(`${CALLS} ${OF_USES} ORDER BY started_at`, [session, JSON.stringify(uses)]);
      return rows.map(toolCallOf);
    },
    async wake(session) {
      await owners((update) => wake(update, session, now()));
      waker.wake();
    },
    onWake: waker.onWake,
  };
}

const CALLS = 'SELECT * FROM tool_calls WHERE session_id = ?1';
const OF_USES = 'AND tool_use_id IN (SELECT value FROM json_each(?2))';
/** A statement that changes rows of owners and gives each of them back as it is then. */
type Update = (sql: string, values: readonly Value[]) => Promise<Row[]>;

const OLDEST = `SELECT id FROM sessions WHERE wake_at <= ?1 AND (lease_until IS NULL OR lease_until <= ?1)
  ORDER BY wake_at LIMIT ?3`;

/**
 * The next place is for the workspace that runs the fewest. Those with work are found by skipping through the index, and of
 * each only as many sessions are looked at as are wanted: a long queue costs no more than a short one.
 */
const SHARED = `WITH RECURSIVE
    places (workspace) AS (
      SELECT min(workspace) FROM sessions WHERE wake_at IS NOT NULL
      UNION ALL
      SELECT (SELECT min(s.workspace) FROM sessions AS s WHERE s.wake_at IS NOT NULL AND s.workspace > p.workspace)
        FROM places AS p WHERE p.workspace IS NOT NULL),
    busy AS MATERIALIZED (SELECT workspace, count(*) AS n FROM sessions WHERE lease_until > ?1 GROUP BY workspace),
    due AS (
      SELECT s.id, s.wake_at, row_number() OVER (PARTITION BY p.workspace ORDER BY s.wake_at)
             + coalesce((SELECT n FROM busy WHERE busy.workspace = p.workspace), 0) AS turn
        FROM places AS p CROSS JOIN sessions AS s
       WHERE s.id IN (SELECT d.id FROM sessions AS d WHERE d.workspace = p.workspace AND d.wake_at <= ?1
                         AND (d.lease_until IS NULL OR d.lease_until <= ?1) ORDER BY d.wake_at LIMIT ?3))
  SELECT id FROM due ORDER BY turn, wake_at LIMIT ?3`;

const DOCUMENTS = `SELECT json_group_array(json_object('kind', kind, 'id', id, 'workspace', workspace, 'parent', parent,
    'created_at', created_at, 'archived', archived, 'revision', revision, 'position', position, 'body', body))
  FROM (SELECT * FROM documents WHERE kind = 'session' AND id = sessions.id UNION ALL
        SELECT * FROM documents WHERE kind = 'session_resource' AND parent = sessions.id AND archived = 0)`;

const INBOX = 'SELECT json_group_array(body) FROM (SELECT body FROM inbox WHERE session_id = sessions.id ORDER BY n)';

/** A lease that ran out is as good as none: its holder is fenced off by the new epoch. */
async function claim<Body, Resource>(
  update: Update,
  chosen: string,
  { limit, now, leaseMs }: { limit: number; now: number; leaseMs: number },
): Promise<Claim<Body, Resource>[]> {
  const rows = await update(
    `UPDATE sessions SET epoch = epoch + 1, lease_until = ?2, woken = 0, took = 0 WHERE id IN (${chosen})
     RETURNING *, (${DOCUMENTS}) AS documents, (${INBOX}) AS inbox`,
    [now, now + leaseMs, limit],
  );
  return claimsOf(rows, now + leaseMs);
}

async function renew(update: Update, lease: Lease, until: number): Promise<Lease | null> {
  const rows = await update(
    'UPDATE sessions SET lease_until = ? WHERE id = ? AND epoch = ? AND lease_until IS NOT NULL RETURNING *',
    [until, lease.session, lease.epoch],
  );
  return rows.length === 1 ? { ...lease, until } : null;
}

/** Answers whether the session is due at once. A lease that was lost changes nothing. */
async function release(update: Update, lease: Lease, wakeAt: number | null, now: number): Promise<boolean> {
  const rows = await update(
    `UPDATE sessions SET lease_until = NULL, woken = 0, took = 0,
        wake_at = CASE WHEN woken = 1 OR (took = 1 AND EXISTS (SELECT 1 FROM inbox WHERE session_id = sessions.id))
                       THEN ?1 ELSE ?2 END
      WHERE id = ?3 AND epoch = ?4 AND lease_until IS NOT NULL
      RETURNING *`,
    [now, wakeAt, lease.session, lease.epoch],
  );
  const due = rows[0]?.wake_at;
  return typeof due === 'number' && due <= now;
}

async function wake(update: Update, session: SessionId, now: number): Promise<void> {
  await update('UPDATE sessions SET woken = 1, wake_at = min(coalesce(wake_at, ?1), ?1) WHERE id = ?2 RETURNING *', [
    now,
    session,
  ]);
}
