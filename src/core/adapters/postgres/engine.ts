import type { SessionId } from '../../ids.ts';
import type { Engine, Lease } from '../../ports/engine.ts';
import { StaleDocument } from '../../ports/store.ts';
import { fencedChangeOf } from '../sql/change.ts';
import { sessionOf, sessionRowOf, toolCallOf } from '../sql/rows.ts';
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
  return {
    claim: (limit) => writer.statement((connection) => claim(connection, { limit, now: now(), leaseMs, node: node() })),
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
    async toolCalls(session) {
      const rows = await reader.all('SELECT * FROM tool_calls WHERE session_id = $1 ORDER BY started_at', [session]);
      return rows.map(toolCallOf);
    },
    async wake(session) {
      await writer.statement((connection) => wake(connection, session, now()));
      parts.wake();
    },
    onWake: parts.onWake,
  };
}

/** The node that ran a session last has its sandbox; it is given this long to take it up again before others do. */
export const HEADSTART_MS = 150;

/**
 * A lease that ran out is as good as none: its holder is fenced off by the new epoch. Rows that another node is about to
 * claim are passed over. It waits for the disk, since an epoch that a crash took back would be given twice.
 */
async function claim(
  connection: Connection,
  { limit, now, leaseMs, node }: { limit: number; now: number; leaseMs: number; node: number },
): Promise<Lease[]> {
  const rows = await connection.query(
    `WITH due AS MATERIALIZED (
       SELECT id FROM sessions AS d WHERE wake_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
          AND (lease_owner IS NULL OR lease_owner = $4 OR greatest(wake_at, lease_until) <= $1 - ${HEADSTART_MS}
               OR NOT EXISTS (SELECT FROM nodes AS n WHERE n.id = d.lease_owner))
        ORDER BY wake_at LIMIT $2 FOR UPDATE SKIP LOCKED)
     UPDATE sessions AS s SET epoch = s.epoch + 1, lease_until = $3, lease_owner = $4, woken = 0, took = 0
       FROM due WHERE s.id = due.id RETURNING s.*`,
    [now, limit, now + leaseMs, node],
  );
  return rows
    .map(sessionRowOf)
    .sort((a, b) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))
    .map((row) => ({ session: sessionOf(row), epoch: row.epoch, until: now + leaseMs }));
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
