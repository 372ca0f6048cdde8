/** Kysely over the connections that read: no writes, so there is no transaction. */
import {
  type Dialect,
  type Generated,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { DocumentsTable } from '../sql/documents-table.ts';
import { readingDriver } from '../sql/reading-driver.ts';
import type { Value } from './connection.ts';
import type { Reader } from './reader.ts';

export interface Tables {
  documents: DocumentsTable & { position: Generated<number>; fields: string[] };
}

export function queriesOver(reader: Reader): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialectOver(reader) });
}

function dialectOver(reader: Reader): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => readingDriver(({ sql, parameters }) => reader.all(sql, parameters.map(parameterOf))),
  };
}

function parameterOf(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  if (Array.isArray(value)) return value.map(String);
  throw new TypeError(`a query parameter must be text, a number, a list of text or null, not ${typeof value}`);
}
