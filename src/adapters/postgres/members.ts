/**
 * Which nodes there are. A node is alive while its connection holds the advisory lock of its number, which the server drops
 * with the connection and the connection with the process, and while its time, by the server's clock, is not over.
 */
import type { Client } from 'pg';

/** Takes a number and its lock. */
export async function enter(client: Client, name: string, leaseMs: number): Promise<number> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ id: number }>(ENTER, [name, leaseMs]);
  const id = Number(rows[0]?.id);
  // Held before others can see the row: they would take it for the row of a dead node.
  await client.query("SELECT pg_advisory_lock(hashtext(current_schema() || ' nodes'), $1)", [id]);
  await client.query('COMMIT');
  return id;
}

export interface Census {
  /** Whether this node is still one. */
  alive: boolean;
  /** Other nodes that live. */
  peers: number;
  /** Claims that have lost their node. */
  freed: number;
}

/** Takes more time for this node, and gives back what dead ones held: a lock that can be had has no holder. */
export async function look(client: Client, self: number, leaseMs: number): Promise<Census> {
  const { rows } = await client.query<Record<string, unknown>>(LOOK, [self, leaseMs]);
  const [row] = rows;
  return { alive: row?.alive === true, peers: Number(row?.peers ?? 0), freed: Number(row?.freed ?? 0) };
}

export async function leave(client: Client, self: number): Promise<void> {
  await client.query('WITH mine AS (DELETE FROM claims WHERE node = $1) DELETE FROM nodes WHERE id = $1', [self]);
}

const ENTER = `INSERT INTO nodes (name, until) VALUES ($1, clock_timestamp() + $2 * interval '1 ms') RETURNING id`;

const LOOK = `WITH me AS (UPDATE nodes SET until = clock_timestamp() + $2 * interval '1 ms'
             WHERE id = $1 AND until > clock_timestamp() RETURNING id),
  peers AS MATERIALIZED (SELECT id, until FROM nodes WHERE id <> $1),
  dead AS MATERIALIZED (SELECT id FROM peers
             WHERE until < clock_timestamp() OR pg_try_advisory_xact_lock(hashtext(current_schema() || ' nodes'), id)),
  living AS MATERIALIZED (SELECT $1::integer AS id UNION ALL SELECT id FROM peers WHERE id NOT IN (SELECT id FROM dead)),
  freed AS (DELETE FROM claims WHERE node NOT IN (SELECT id FROM living) RETURNING 1),
  gone AS (DELETE FROM nodes WHERE id IN (SELECT id FROM dead))
  SELECT EXISTS (SELECT FROM me) AS alive, (SELECT count(*) FROM living) - 1 AS peers, (SELECT count(*) FROM freed) AS freed`;
