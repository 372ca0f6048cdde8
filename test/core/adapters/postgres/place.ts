import { openPostgres } from '../../../../src/core/adapters/postgres/index.ts';
import type { Backend } from '../../../contract/place.ts';
import { freshSchema, sql } from '../../../kit/real-postgres.ts';

/** Places in one server, each in a schema of its own. */
export function postgresBackend(url: () => string): Backend {
  return async () => {
    const schema = freshSchema();
    return {
      open: (clock) => openPostgres({ url: url(), schema, clock }),
      dispose: async () => void (await sql(url(), `DROP SCHEMA IF EXISTS ${schema} CASCADE`)),
    };
  };
}
