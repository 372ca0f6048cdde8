/** The tables of `vigil.db`. Nouns are JSON bodies; columns exist only for what is looked up or must be unique. */
import type { Connection } from './connection.ts';

const VERSION = 1;

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
  await connection.write(async (writer) => {
    for (const table of TABLES) await writer.run(table, []);
    await writer.run(`PRAGMA user_version = ${VERSION}`, []);
  });
}
