import { createHash } from 'node:crypto';
import { quoted } from './postgres.ts';

/** Steps are numbered from 1. One that has been released is never edited: its checksum is stored beside it. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

/** The tables are not of this program: says which version is to be started. */
export class SchemaUnknown extends Error {
  override readonly name = 'SchemaUnknown';
}

interface Connection {
  query(sql: string, values: readonly (string | number)[]): Promise<Readonly<Record<string, unknown>>[]>;
  script(sql: string): Promise<unknown>;
}

/**
 * Brings the tables of a schema up to date in one transaction, one node at a time: of many that start
 * together one does it and the others find it done. Rejects with `SchemaUnknown` for tables that a newer or an altered
 * program has made.
 */
export async function migratePostgres(
  connection: Connection,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await connection.script("BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0");
  try {
    await connection.query('SELECT pg_advisory_xact_lock(hashtext($1), 1)', [`${schema} migrations`]);
    await connection.script(`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`);
    await connection.script(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())',
    );
    for (const step of await pendingMigrations(connection, migrations)) {
      await connection.script(step.sql);
      await connection.query('INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)', [
        step.version,
        step.name,
        checksum(step),
      ]);
    }
    await connection.script('COMMIT');
  } catch (error) {
    await connection.script('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function pendingMigrations(
  connection: Connection,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const applied = await connection.query('SELECT version, checksum FROM schema_migrations ORDER BY version', []);
  for (const [index, row] of applied.entries()) {
    const step = migrations[index];
    if (step === undefined) {
      throw new SchemaUnknown(
        `The database has schema version ${String(row.version)}, this program knows ${migrations.length}. ` +
          'Start the newer version of Vigil that made it on every node, or restore the backup taken before the upgrade.',
      );
    }
    if (step.version !== row.version || checksum(step) !== row.checksum) {
      throw new SchemaUnknown(
        `Schema step ${String(row.version)} of the database is not the one this program knows. ` +
          'Start the version of Vigil that made it, or restore a backup.',
      );
    }
  }
  return migrations.slice(applied.length);
}

function checksum(step: Migration): string {
  return createHash('sha256').update(step.sql).digest('hex');
}
