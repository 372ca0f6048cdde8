/** The tables, as numbered steps. */
import type { Migration } from '../../../lib/migrate-postgres.ts';

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'documents, sessions, log, inbox, tool calls, nodes, blobs',
    sql: `
-- Bodies are JSON text: what is escaped in it, NUL and half surrogates among them, no type of the server would take.
CREATE TABLE documents (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  id text NOT NULL,
  workspace text NOT NULL,
  parent text,
  created_at bigint NOT NULL,
  archived smallint NOT NULL,
  revision bigint NOT NULL,
  body text NOT NULL,
  -- The fields of the body that lists may be narrowed by, as path=value.
  fields text[] NOT NULL,
  UNIQUE (kind, id)
);
CREATE INDEX documents_by_workspace ON documents (kind, workspace, position);
CREATE INDEX documents_by_parent ON documents (parent, kind, position) WHERE parent IS NOT NULL;

-- One row per session: who may run it, when it is due, and the last sequence number of its log.
CREATE TABLE sessions (
  id text PRIMARY KEY,
  seq bigint NOT NULL,
  epoch bigint NOT NULL,
  lease_until bigint,
  -- The node that holds the lease, or held the last one.
  lease_owner integer,
  wake_at bigint,
  woken smallint NOT NULL,
  took smallint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_leased ON sessions (lease_owner) WHERE lease_until IS NOT NULL;

-- No foreign keys: whoever writes to a session holds the lock of its row, and erasing deletes from each table.
CREATE TABLE events (
  session_id text NOT NULL,
  seq bigint NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  processed_at bigint,
  body text NOT NULL,
  memo text,
  PRIMARY KEY (session_id, seq),
  UNIQUE (session_id, id)
);

CREATE TABLE inbox (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL,
  id text NOT NULL,
  body text NOT NULL,
  UNIQUE (session_id, id)
);
CREATE INDEX inbox_by_session ON inbox (session_id, n);

CREATE TABLE tool_calls (
  session_id text NOT NULL,
  tool_use_id text NOT NULL,
  state text NOT NULL,
  epoch bigint NOT NULL,
  started_at bigint NOT NULL,
  PRIMARY KEY (session_id, tool_use_id)
);

-- A node is alive while it holds the advisory lock of its number.
CREATE TABLE nodes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What all nodes must agree on: the first that says it decides.
CREATE TABLE agreements (name text PRIMARY KEY, value text NOT NULL);

-- Bytes in pieces. Pieces of an upload that never ended have no blob.
CREATE TABLE blobs (key text PRIMARY KEY, upload bigint NOT NULL, size bigint NOT NULL);
CREATE TABLE uploads (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE pieces (upload bigint NOT NULL, n integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (upload, n));
ALTER TABLE pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- One row, rewritten by the health check to learn whether a write would be taken.
CREATE TABLE pulse (id integer PRIMARY KEY CHECK (id = 1), beat bigint NOT NULL);
INSERT INTO pulse VALUES (1, 0);
`,
  },
  {
    version: 2,
    name: 'logs are chains',
    sql: `
ALTER TABLE sessions ADD COLUMN head text NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN hash text;

-- Logs that were written before become chains as they are; sql/chain.ts has the rule.
DO $chain$
DECLARE
  line record;
  log text := '';
  head text := '';
BEGIN
  FOR line IN SELECT session_id, seq, body, coalesce(memo, '') AS memo FROM events ORDER BY session_id, seq LOOP
    IF line.session_id <> log THEN
      log := line.session_id;
      head := '';
    END IF;
    head := encode(sha256(convert_to(concat_ws(E'\\n', head, log, line.seq, line.body, line.memo), 'UTF8')), 'hex');
    UPDATE events SET hash = head WHERE session_id = log AND seq = line.seq;
  END LOOP;
END $chain$;
UPDATE sessions AS s SET head = e.hash FROM events AS e WHERE e.session_id = s.id AND e.seq = s.seq;
-- A node of the time before cannot write lines without a hash.
ALTER TABLE events ALTER COLUMN hash SET NOT NULL;

-- What stays of erased logs.
CREATE TABLE erasures (
  n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session_id text NOT NULL,
  seq bigint NOT NULL,
  head text NOT NULL,
  erased_at bigint NOT NULL
);
`,
  },
  {
    version: 3,
    name: 'an index that holds what lists are narrowed by',
    sql: `
DROP INDEX documents_by_workspace;
CREATE INDEX documents_by_workspace ON documents (kind, workspace, position, archived, created_at);
`,
  },
  {
    version: 4,
    name: 'the last commit of each writer',
    sql: `
-- Written with each commit, and read only when the answer to one was lost. The number of a transaction does not do: after a
-- crash the server gives the numbers of those that left no trace to others.
CREATE TABLE writers (
  id text PRIMARY KEY,
  last bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
`,
  },
  {
    version: 5,
    name: 'claims are shared out among workspaces',
    sql: `
ALTER TABLE sessions ADD COLUMN workspace text NOT NULL DEFAULT '';
UPDATE sessions AS s SET workspace = d.workspace FROM documents AS d WHERE d.kind = 'session' AND d.id = s.id;
CREATE INDEX sessions_due_by_workspace ON sessions (workspace, wake_at) WHERE wake_at IS NOT NULL;
`,
  },
  {
    version: 6,
    name: 'sessions are found by agent and by status',
    sql: `
CREATE FUNCTION field_of(fields text[], path text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT substr(field, length(path) + 2) FROM unnest(fields) AS field WHERE starts_with(field, path || '=') LIMIT 1 $$;
CREATE INDEX documents_by_agent ON documents (kind, workspace, field_of(fields, 'agent.id'), position)
  WHERE field_of(fields, 'agent.id') IS NOT NULL;
CREATE INDEX documents_by_status ON documents (kind, workspace, field_of(fields, 'status'), position)
  WHERE field_of(fields, 'status') IS NOT NULL;
`,
  },
  {
    version: 7,
    name: 'lines of a log are found by type, sessions by deployment and by memory store',
    sql: `
CREATE INDEX events_by_type ON events (session_id, type, seq);
CREATE INDEX documents_by_deployment ON documents (kind, workspace, field_of(fields, 'deployment_id'), position)
  WHERE field_of(fields, 'deployment_id') IS NOT NULL;
-- The names and values of the fields under a path; null where there are none. Dear, as the planner has to know.
CREATE FUNCTION fields_under(fields text[], path text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
  AS $$ SELECT array_agg(substr(field, length(path) + 2)) FROM unnest(fields) AS field WHERE starts_with(field, path || '.') $$;
CREATE INDEX documents_by_memory_store ON documents USING gin (fields_under(fields, 'hidden.memory_stores'))
  WHERE fields_under(fields, 'hidden.memory_stores') IS NOT NULL;
`,
  },
];
