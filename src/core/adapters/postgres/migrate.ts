import { type Migration, migratePostgres, SchemaUnknown } from '../../../lib/migrate-postgres.ts';
import type { Place } from '../../../lib/postgres.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { MIGRATIONS } from './schema.ts';

/** Rejects with `StoreUnavailable` for tables that a newer or an altered program has made. */
export async function migrate(
  connection: Connection,
  { schema }: Place,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  try {
    await migratePostgres(connection, schema, migrations);
  } catch (error) {
    throw error instanceof SchemaUnknown ? new StoreUnavailable(error.message, { cause: error }) : error;
  }
}
