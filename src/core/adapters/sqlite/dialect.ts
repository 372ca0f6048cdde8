/** Kysely over the reading connection: no writes, so there is one connection and no transaction. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Generated,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { DocKind } from '../../ports/store.ts';
import type { Value } from './driver.ts';
import type { Reader } from './reader.ts';

export interface Tables {
  documents: {
    position: Generated<number>;
    kind: DocKind;
    id: string;
    workspace: string;
    parent: string | null;
    created_at: number;
    archived: number;
    revision: number;
    body: string;
  };
}

export function queriesOver(reader: Reader): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialectOver(reader) });
}

function dialectOver(reader: Reader): Dialect {
  const reading: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery) {
      return { rows: rowsOf<R>(await reader.all(query.sql, valuesOf(query))) };
    },
    streamQuery: () => {
      throw new Error('documents are read in pages, not streamed');
    },
  };
  const refuse = async () => {
    throw new Error('this connection only reads; writes go through the writer');
  };
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => ({
      init: async () => undefined,
      acquireConnection: async () => reading,
      releaseConnection: async () => undefined,
      destroy: async () => undefined,
      beginTransaction: refuse,
      commitTransaction: refuse,
      rollbackTransaction: refuse,
    }),
  };
}

/** The query builder types the rows by `Tables`, which mirrors the schema. */
function rowsOf<R>(rows: readonly unknown[]): R[] {
  return rows as R[];
}

function valuesOf(query: CompiledQuery): Value[] {
  return query.parameters.map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
    throw new TypeError(`a query parameter must be text, a number or null, not ${typeof value}`);
  });
}
