/** Kysely over the connections that read: no writes, so there is no transaction. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Generated,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { DocKind } from '../../ports/store.ts';
import type { Value } from './connection.ts';
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
    fields: string[];
  };
}

export function queriesOver(reader: Reader): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialectOver(reader) });
}

function dialectOver(reader: Reader): Dialect {
  const reading: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery) {
      return { rows: rowsOf<R>(await reader.all(query.sql, query.parameters.map(parameterOf))) };
    },
    streamQuery: () => {
      throw new Error('documents are read in pages, not streamed');
    },
  };
  const refuse = async () => {
    throw new Error('these connections only read; writes go through the writer');
  };
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
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

function parameterOf(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  if (Array.isArray(value)) return value.map(String);
  throw new TypeError(`a query parameter must be text, a number, a list of text or null, not ${typeof value}`);
}
