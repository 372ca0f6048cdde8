/**
 * Which nodes there are. A node is alive while its connection holds the advisory lock of its number: the server drops the
 * lock with the connection, and the connection with the process. Nothing is decided here that a lost lease would not undo.
 */
import { numberOrNull } from '../sql/rows.ts';
import type { Connection } from './connection.ts';

/** Takes a number and its lock. Leases under the number held before, if it is still known, go with it. */
export async function join(connection: Connection, schema: string, name: string, before: number): Promise<number> {
  await connection.script('BEGIN');
  try {
    const [row] = await connection.query('INSERT INTO nodes (name) VALUES ($1) RETURNING id', [name]);
    const id = Number(row?.id);
    // Held before others can see the row: they would take it for the row of a dead node.
    await connection.query('SELECT pg_advisory_lock(hashtext($1), $2)', [lockClass(schema), id]);
    await connection.query('UPDATE sessions SET lease_owner = $1 WHERE lease_owner = $2 AND lease_until IS NOT NULL', [
      id,
      before,
    ]);
    await connection.query('DELETE FROM nodes WHERE id = $1', [before]);
    await connection.script('COMMIT');
    return id;
  } catch (error) {
    await connection.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

export interface Census {
  /** Other nodes that live. */
  peers: number;
  /** Sessions that were given back because their node is gone. */
  freed: number;
  /** The node after this one, in a circle by number: so each is watched by another. Null when there is none. */
  next: Watched | null;
}
/** A node by its lock. */
export interface Watched {
  lockClass: number;
  id: number;
}

/** Gives back what dead nodes held: a lock that can be had has no holder. */
export async function sweep(connection: Connection, schema: string, self: number): Promise<Census> {
  const [row] = await connection.query(SWEEP, [self, lockClass(schema)]);
  const next = numberOrNull(row?.next ?? null);
  return {
    peers: Number(row?.peers ?? 0),
    freed: Number(row?.freed ?? 0),
    next: next === null ? null : { lockClass: Number(row?.lock_class), id: next },
  };
}

export async function leave(connection: Connection, self: number): Promise<void> {
  await connection.query('DELETE FROM nodes WHERE id = $1', [self]);
}

function lockClass(schema: string): string {
  return `${schema} nodes`;
}

const SWEEP = `WITH peers AS MATERIALIZED (SELECT id FROM nodes WHERE id <> $1),
  dead AS MATERIALIZED (SELECT id FROM peers WHERE pg_try_advisory_xact_lock(hashtext($2), id)),
  freed AS (UPDATE sessions SET lease_until = NULL, lease_owner = NULL
             WHERE lease_owner IN (SELECT id FROM dead) AND lease_until IS NOT NULL RETURNING 1),
  gone AS (DELETE FROM nodes WHERE id IN (SELECT id FROM dead))
  SELECT (SELECT count(*) FROM peers) - (SELECT count(*) FROM dead) AS peers, (SELECT count(*) FROM freed) AS freed,
    (SELECT id FROM peers WHERE id NOT IN (SELECT id FROM dead) ORDER BY id < $1, id LIMIT 1) AS next,
    hashtext($2) AS lock_class`;
