/** The tables of `vigil.db`. Nouns are JSON bodies; columns exist only for what is looked up or must be unique. */
import type { Connection } from '../sql/connection.ts';

export const VERSION = 2;

const TABLES = [
  `CREATE TABLE IF NOT EXISTS deliveries (
    source TEXT NOT NULL, delivery_id TEXT NOT NULL, received_at TEXT NOT NULL, body TEXT NOT NULL,
    alerts TEXT, why TEXT, settled INTEGER NOT NULL,
    PRIMARY KEY (source, delivery_id))`,
  'CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (settled) WHERE settled = 0',
  `CREATE TABLE IF NOT EXISTS incidents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, group_key TEXT NOT NULL, resolved INTEGER NOT NULL, state TEXT NOT NULL,
    revision INTEGER NOT NULL, body TEXT NOT NULL)`,
  'CREATE UNIQUE INDEX IF NOT EXISTS incidents_open ON incidents (source, group_key) WHERE resolved = 0',
  'CREATE INDEX IF NOT EXISTS incidents_state ON incidents (state, id)',
  'CREATE INDEX IF NOT EXISTS incidents_group ON incidents (source, group_key, id)',
  `CREATE TABLE IF NOT EXISTS timeline (
    incident TEXT NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (incident, seq), UNIQUE (incident, key))`,
  `CREATE TABLE IF NOT EXISTS evidence (
    incident TEXT NOT NULL, number INTEGER NOT NULL, tool_use TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (incident, number), UNIQUE (incident, tool_use))`,
  `CREATE TABLE IF NOT EXISTS actions (
    id TEXT PRIMARY KEY, incident TEXT NOT NULL, tool_use TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (incident, tool_use))`,
  'CREATE INDEX IF NOT EXISTS actions_state ON actions (state)',
  `CREATE TABLE IF NOT EXISTS effects (
    key TEXT PRIMARY KEY, incident TEXT NOT NULL, result TEXT)`,
];

/** From each version to the next, after the tables of version 1. The head of evidence is all of it but the content. */
const STEPS: readonly (readonly string[])[] = [
  [
    'ALTER TABLE evidence ADD COLUMN head TEXT',
    "UPDATE evidence SET head = json_remove(body, '$.content') WHERE head IS NULL",
  ],
];

/** Those of `changes.db`. */
const CHANGES = [
  `CREATE TABLE IF NOT EXISTS changes (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, service TEXT, time TEXT NOT NULL, body TEXT NOT NULL, diff TEXT)`,
  'CREATE INDEX IF NOT EXISTS changes_time ON changes (time)',
];

export async function makeChanges(connection: Connection): Promise<void> {
  await connection.write('schema', async (writer) => {
    for (const table of CHANGES) await writer.run(table, []);
  });
}

/** Creates what is missing; refuses a file written by a newer Vigil. */
export async function migrate(connection: Connection): Promise<void> {
  const [row] = await connection.read('PRAGMA user_version', []);
  const found = Number(row?.user_version ?? 0);
  if (found > VERSION) {
    throw new Error(
      `vigil.db has schema ${found}, this Vigil knows ${VERSION}: start the newer version, or restore a backup`,
    );
  }
  if (found === VERSION) return;
  await connection.write('schema', async (writer) => {
    if (found === 0) for (const table of TABLES) await writer.run(table, []);
    for (const step of STEPS.slice(Math.max(0, found - 1))) for (const sql of step) await writer.run(sql, []);
    await writer.run(`PRAGMA user_version = ${VERSION}`, []);
  });
}
