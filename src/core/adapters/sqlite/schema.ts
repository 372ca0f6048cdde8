import type { Connection } from './driver.ts';
import { chainOldLogs } from './ledger.ts';

/** The tables, as numbered steps. A step that has been released is never edited: its checksum is stored beside it. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
  /** What SQL alone cannot do, in the same transaction after it. */
  fill?: (connection: Connection) => Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'documents, sessions, log, inbox, tool calls',
    sql: `
CREATE TABLE documents (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  workspace TEXT NOT NULL,
  parent TEXT,
  created_at INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (kind, id)
) STRICT;
CREATE INDEX documents_by_workspace ON documents (kind, workspace, position);
CREATE INDEX documents_by_parent ON documents (parent, kind, position) WHERE parent IS NOT NULL;

-- One row per session: who may run it, when it is due, and the last sequence number of its log.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  lease_until INTEGER,
  wake_at INTEGER,
  woken INTEGER NOT NULL,
  took INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_leased ON sessions (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE events (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  processed_at INTEGER,
  body TEXT NOT NULL,
  memo TEXT,
  PRIMARY KEY (session_id, seq),
  UNIQUE (session_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (session_id, id)
) STRICT;

CREATE TABLE tool_calls (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  tool_use_id TEXT NOT NULL,
  state TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, tool_use_id)
) STRICT, WITHOUT ROWID;

-- One row, rewritten by the health check to learn whether a write would reach the disk.
CREATE TABLE pulse (id INTEGER PRIMARY KEY CHECK (id = 1), beat INTEGER NOT NULL) STRICT;
INSERT INTO pulse VALUES (1, 0);
`,
  },
  {
    version: 2,
    name: 'logs are chains',
    sql: `
ALTER TABLE events ADD COLUMN hash TEXT NOT NULL DEFAULT '';
-- The hash of the last line.
ALTER TABLE sessions ADD COLUMN head TEXT NOT NULL DEFAULT '';

-- What stays of erased logs.
CREATE TABLE erasures (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  head TEXT NOT NULL,
  erased_at INTEGER NOT NULL
) STRICT;

-- One row: which database this is, how many commits it has seen, and the sum of the last hashes of all logs.
CREATE TABLE ledger (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  database TEXT NOT NULL,
  commits INTEGER NOT NULL,
  sum TEXT NOT NULL
) STRICT;
INSERT INTO ledger VALUES (1, lower(hex(randomblob(16))), 0, '');
`,
    fill: chainOldLogs,
  },
  {
    version: 3,
    name: 'indexes that hold what lists are narrowed by',
    sql: `
DROP INDEX documents_by_workspace;
CREATE INDEX documents_by_workspace ON documents (kind, workspace, position, archived, created_at,
  CASE WHEN json_valid(body) THEN body ->> '$.status' END,
  CASE WHEN json_valid(body) THEN body ->> '$.deployment_id' END,
  CASE WHEN json_valid(body) THEN body ->> '$.hidden.memory_stores' END);
CREATE INDEX documents_by_agent ON documents (kind, workspace, CASE WHEN json_valid(body) THEN body ->> '$.agent.id' END,
  position, archived, created_at,
  CASE WHEN json_valid(body) THEN body ->> '$.status' END,
  CASE WHEN json_valid(body) THEN body ->> '$.agent.version' END)
  WHERE CASE WHEN json_valid(body) THEN body ->> '$.agent.id' END IS NOT NULL;
`,
  },
  {
    version: 4,
    name: 'claims are shared out among workspaces',
    sql: `
ALTER TABLE sessions ADD COLUMN workspace TEXT NOT NULL DEFAULT '';
UPDATE sessions SET workspace = coalesce((SELECT workspace FROM documents WHERE kind = 'session' AND id = sessions.id), '');
CREATE INDEX sessions_due_by_workspace ON sessions (workspace, wake_at) WHERE wake_at IS NOT NULL;
`,
  },
  {
    version: 5,
    name: 'lines of a log are found by type, sessions by deployment',
    sql: `
CREATE INDEX events_by_type ON events (session_id, type, seq);
CREATE INDEX documents_by_deployment ON documents (kind, workspace,
  CASE WHEN json_valid(body) THEN body ->> '$.deployment_id' END, position, archived, created_at)
  WHERE CASE WHEN json_valid(body) THEN body ->> '$.deployment_id' END IS NOT NULL;
`,
  },
];
