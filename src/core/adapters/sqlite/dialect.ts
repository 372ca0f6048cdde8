/** Kysely over the reading connection: no writes, so there is one connection and no transaction. */
import { type Dialect, type Generated, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DocumentsTable } from '../sql/documents-table.ts';
import { readingDriver } from '../sql/reading-driver.ts';
import type { Value } from './driver.ts';
import type { Reader } from './reader.ts';

export interface Tables {
  documents: DocumentsTable & { position: Generated<number> };
}

export function queriesOver(reader: Reader): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: dialectOver(reader) });
}

function dialectOver(reader: Reader): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => readingDriver(({ sql, parameters }) => reader.all(sql, valuesOf(parameters))),
  };
}

function valuesOf(parameters: readonly unknown[]): Value[] {
  return parameters.map((value) => {
    if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
    throw new TypeError(`a query parameter must be text, a number or null, not ${typeof value}`);
  });
}
