/** The tables, as numbered steps. Nouns are JSON bodies; columns exist only for what is looked up or must be unique. */
import type { Migration } from '../../lib/migrate-postgres.ts';

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'deliveries, incidents, evidence, actions, effects, changes, nodes, claims',
    sql: `
-- Bodies are JSON text: what is escaped in it, NUL and half surrogates among them, no type of the server would take.
-- COLLATE "C": ids and times are compared as they are in every other store, whatever the language of the database.
CREATE TABLE deliveries (
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  source text NOT NULL,
  delivery_id text NOT NULL,
  received_at text NOT NULL,
  body text NOT NULL,
  alerts text,
  why text,
  settled smallint NOT NULL,
  PRIMARY KEY (source, delivery_id)
);
CREATE INDEX deliveries_pending ON deliveries (rowid) WHERE settled = 0;
CREATE INDEX deliveries_quarantined ON deliveries (rowid) WHERE why IS NOT NULL;

CREATE TABLE incidents (
  id text COLLATE "C" PRIMARY KEY,
  source text NOT NULL,
  group_key text NOT NULL,
  resolved smallint NOT NULL,
  state text NOT NULL,
  revision bigint NOT NULL,
  body text NOT NULL
);
-- Of two nodes that take in the same alert at once, one opens the incident.
CREATE UNIQUE INDEX incidents_open ON incidents (source, group_key) WHERE resolved = 0;
CREATE INDEX incidents_state ON incidents (state, id);
CREATE INDEX incidents_group ON incidents (source, group_key, id);

CREATE TABLE timeline (
  incident text NOT NULL,
  seq integer NOT NULL,
  key text NOT NULL,
  body text NOT NULL,
  PRIMARY KEY (incident, seq),
  UNIQUE (incident, key)
);

CREATE TABLE evidence (
  incident text NOT NULL,
  number integer NOT NULL,
  tool_use text NOT NULL,
  body text NOT NULL,
  -- All of it but the content, which is most of the bytes.
  head text NOT NULL,
  PRIMARY KEY (incident, number),
  UNIQUE (incident, tool_use)
);

CREATE TABLE actions (
  id text COLLATE "C" PRIMARY KEY,
  incident text NOT NULL,
  tool_use text NOT NULL,
  state text NOT NULL,
  body text NOT NULL,
  UNIQUE (incident, tool_use)
);
CREATE INDEX actions_state ON actions (state);

CREATE TABLE effects (key text PRIMARY KEY, incident text NOT NULL, result text);

CREATE TABLE changes (
  id text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL,
  service text,
  time text COLLATE "C" NOT NULL,
  body text NOT NULL,
  diff text
);
CREATE INDEX changes_time ON changes (time);

-- A node is alive while its connection holds the advisory lock of its number and its time is not over.
CREATE TABLE nodes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  until timestamptz NOT NULL
);
-- Who drives what: an incident, or a work that only one may do.
CREATE TABLE claims (key text PRIMARY KEY, node integer NOT NULL);
`,
  },
  {
    version: 2,
    name: 'deliveries in the order in which they came',
    sql: 'CREATE INDEX deliveries_order ON deliveries (rowid);',
  },
];
