/** Kysely over the connections that read: no writes, so there is no transaction. */
import {
  type Dialect,
  type Generated,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { DocKind } from '../../ports/store.ts';
import { readingDriver } from '../sql/reading-driver.ts';
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
