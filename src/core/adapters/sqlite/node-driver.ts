import { type Connection, type Driver, type Row, SqliteFailure, type Value } from './driver.ts';

/** The part of `node:sqlite` used here; the type definitions of the oldest supported Node do not know it. */
interface NodeSqlite {
  DatabaseSync: new (path: string, options: { readOnly: boolean }) => NodeDatabase;
}
interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}
interface NodeStatement {
  run(...values: Value[]): { changes: number | bigint };
  all(...values: Value[]): Row[];
}

const PREPARED_MAX = 64;

/** SQLite as it comes with Node 22.13 and later: synchronous, nothing to compile. Throws when this Node has none. */
export async function nodeDriver(): Promise<Driver> {
  const sqlite = await loadNodeSqlite();
  return {
    name: 'node:sqlite',
    open: async (path, options = { readOnly: false }) => connect(attempt(() => new sqlite.DatabaseSync(path, options))),
  };
}

/** The specifier is a variable because compilers and bundlers for older Nodes do not know the module. */
async function loadNodeSqlite(): Promise<NodeSqlite> {
  const specifier: string = 'node:sqlite';
  const loaded: NodeSqlite = await import(specifier);
  return loaded;
}

function connect(database: NodeDatabase): Connection {
  const prepared = new Map<string, NodeStatement>();
  function statement(sql: string): NodeStatement {
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = database.prepare(sql);
    if (prepared.size < PREPARED_MAX) prepared.set(sql, fresh);
    return fresh;
  }
  return {
    exec: async (sql) => attempt(() => database.exec(sql)),
    run: async (sql, values) => attempt(() => Number(statement(sql).run(...values).changes)),
    all: async (sql, values) => attempt(() => statement(sql).all(...values)),
    close: async () => attempt(() => database.close()),
  };
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' ? cause.errcode : 1;
    throw new SqliteFailure(cause instanceof Error ? cause.message : String(cause), { code, cause });
  }
}
