import type { SessionId } from '../../ids.ts';
import type { Claim, Engine, Lease } from '../../ports/engine.ts';
import { StaleDocument } from '../../ports/store.ts';
import { fencedChangeOf } from '../sql/change.ts';
import { claimsOf, toolCallOf } from '../sql/rows.ts';
import { shareWhenCrowded } from '../sql/share.ts';
import type { Writer } from '../sql/writer.ts';
import type { Connection } from './connection.ts';
import type { Reader } from './reader.ts';

export function postgresEngine(parts: {
  reader: Reader;
  writer: Writer<Connection>;
  /** Tells this node and the others that work has come. */
  wake(): void;
  onWake: Engine['onWake'];
  now(): number;
  leaseMs: number;
  /** The number of this node, by which its leases are given back when it dies. */
  node(): number;
}): Engine {
  const { reader, writer, now, leaseMs, node } = parts;
  const claimBy =
    <Body, Resource>(chosen: string) =>
    (limit: number) =>
      writer.statement((connection) =>
        claim<Body, Resource>(connection, chosen, { limit, now: now(), leaseMs, node: node() }),
      );
  return {
    claim: shareWhenCrowded(claimBy(OLDEST), claimBy(SHARED)),
    // What a crash of the server takes of these two leaves a lease that ends too early or by itself.
    renew: (lease) => writer.statement((connection) => renew(connection, lease, now() + leaseMs), 'ordered'),
    async release(lease, wakeAt) {
      const due = await writer.statement((connection) => release(connection, lease, wakeAt, now()), 'ordered');
      if (due) parts.wake();
    },
    async append(lease, batch) {
      const outcome = await writer.change(fencedChangeOf(lease, batch));
      if (outcome.ok) return outcome.appended;
      if (outcome.why === 'fenced') return null;
      throw new StaleDocument(outcome.kind, outcome.id);
    },
    async toolCalls(session, uses) {
      const rows =
        uses === undefined
          ? await reader.all(`${CALLS} ORDER BY started_at`, [session])
          : await reader.all(`${CALLS} ${OF_USES} ORDER BY started_at`, [session, [...uses]]);
      return rows.map(toolCallOf);
    },
    async wake(session) {
      await writer.statement((connection) => wake(connection, session, now()));
      parts.wake();
    },
    onWake: parts.onWake,
  };
}

const CALLS = 'SELECT * FROM tool_calls WHERE session_id = $1';
const OF_USES = 'AND tool_use_id = ANY($2::text[])';

/** The node that ran a session last has its sandbox; it is given this long to take it up again before others do. */
export const HEADSTART_MS = 150;

/** Due, and either of this node, of none that lives, or left lying. */
const isFree = (row: string) => `${row}.wake_at <= $1 AND (${row}.lease_until IS NULL OR ${row}.lease_until <= $1)
  AND (${row}.lease_owner IS NULL OR ${row}.lease_owner = $4
       OR greatest(${row}.wake_at, ${row}.lease_until) <= $1 - ${HEADSTART_MS}
       OR NOT EXISTS (SELECT FROM nodes AS n WHERE n.id = ${row}.lease_owner))`;

const OLDEST = `WITH due AS MATERIALIZED (
    SELECT id FROM sessions AS d WHERE ${isFree('d')} ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED)`;

/** Candidates beyond those that are wanted: so many may others be claiming at this very moment. */
const SPARE = 64;

/**
 * The next place is for the workspace that runs the fewest, on all nodes together. Those with work are found by skipping
 * through the index, and of each only some sessions are looked at: a long queue costs no more than a short one.
 */
const SHARED = `WITH RECURSIVE
    places AS (
      (SELECT workspace FROM sessions WHERE wake_at IS NOT NULL ORDER BY workspace LIMIT 1)
      UNION ALL
      SELECT (SELECT s.workspace FROM sessions AS s WHERE s.wake_at IS NOT NULL AND s.workspace > p.workspace
               ORDER BY s.workspace LIMIT 1)
        FROM places AS p WHERE p.workspace IS NOT NULL),
    busy AS MATERIALIZED (SELECT workspace, count(*) AS n FROM sessions WHERE lease_until > $1 GROUP BY workspace),
    ranked AS MATERIALIZED (
      SELECT c.id, c.turn + coalesce(b.n, 0) AS turn
        FROM places AS p LEFT JOIN busy AS b ON b.workspace = p.workspace
       CROSS JOIN LATERAL (
         SELECT w.id, row_number() OVER (ORDER BY w.wake_at) AS turn FROM (
           SELECT d.id, d.wake_at FROM sessions AS d WHERE d.workspace = p.workspace AND ${isFree('d')}
            ORDER BY d.wake_at LIMIT $2::bigint + ${SPARE}) AS w) AS c),
    due AS MATERIALIZED (
      SELECT s.id FROM ranked AS r JOIN sessions AS s ON s.id = r.id
       WHERE s.wake_at <= $1 AND (s.lease_until IS NULL OR s.lease_until <= $1)
       ORDER BY r.turn, s.wake_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED)`;

const DOCUMENTS = `SELECT coalesce(json_agg(json_build_object('kind', d.kind, 'id', d.id, 'workspace', d.workspace, 'parent', d.parent,
    'created_at', d.created_at, 'archived', d.archived, 'revision', d.revision, 'position', d.position, 'body', d.body)), '[]')::text
  FROM (SELECT * FROM documents WHERE kind = 'session' AND id = s.id UNION ALL
        SELECT * FROM documents WHERE kind = 'session_resource' AND parent = s.id AND archived = 0) AS d`;

/**
 * A lease that ran out is as good as none: its holder is fenced off by the new epoch. Rows that another node is about to
 * claim are passed over. It waits for the disk, since an epoch that a crash took back would be given twice.
 */
async function claim<Body, Resource>(
  connection: Connection,
  chosen: string,
  { limit, now, leaseMs, node }: { limit: number; now: number; leaseMs: number; node: number },
): Promise<Claim<Body, Resource>[]> {
  const rows = await connection.query(
    `${chosen}
     UPDATE sessions AS s SET epoch = s.epoch + 1, lease_until = $3, lease_owner = $4, woken = 0, took = 0
       FROM due WHERE s.id = due.id RETURNING s.*, (${DOCUMENTS}) AS documents`,
    [now, limit, now + leaseMs, node],
  );
  return claimsOf(rows, now + leaseMs);
}

async function renew(connection: Connection, lease: Lease, until: number): Promise<Lease | null> {
  const rows = await connection.query(
    'UPDATE sessions SET lease_until = $1 WHERE id = $2 AND epoch = $3 AND lease_until IS NOT NULL RETURNING id',
    [until, lease.session, lease.epoch],
  );
  return rows.length === 1 ? { ...lease, until } : null;
}

/** Answers whether the session is due at once. A lease that was lost changes nothing. */
async function release(connection: Connection, lease: Lease, wakeAt: number | null, now: number): Promise<boolean> {
  const rows = await connection.query(
    `UPDATE sessions AS s SET lease_until = NULL, woken = 0, took = 0,
        wake_at = CASE WHEN woken = 1 OR (took = 1 AND EXISTS (SELECT FROM inbox WHERE session_id = s.id))
                       THEN $1::bigint ELSE $2::bigint END
      WHERE id = $3 AND epoch = $4 AND lease_until IS NOT NULL
      RETURNING coalesce(wake_at <= $1::bigint, false) AS due`,
    [now, wakeAt, lease.session, lease.epoch],
  );
  return rows[0]?.due === true;
}

async function wake(connection: Connection, session: SessionId, now: number): Promise<void> {
  await connection.query(
    'UPDATE sessions SET woken = 1, wake_at = least(coalesce(wake_at, $1::bigint), $1::bigint) WHERE id = $2',
    [now, session],
  );
}
