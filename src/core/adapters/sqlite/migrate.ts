import { createHash } from 'node:crypto';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection } from './driver.ts';
import { MIGRATIONS, type Migration } from './schema.ts';

interface Applied {
  version: number;
  checksum: string;
}

/** What the file says of itself: the steps it has seen, none when it is new. */
export async function appliedMigrations(connection: Connection): Promise<Applied[]> {
  const tables = await connection.all("SELECT name FROM sqlite_schema WHERE name = 'schema_migrations'", []);
  if (tables.length === 0) return [];
  const rows = await connection.all('SELECT version, checksum FROM schema_migrations ORDER BY version', []);
  return rows.map((row) => ({ version: Number(row.version), checksum: String(row.checksum) }));
}

/** Brings the tables up to date in one transaction. Refuses a file that a newer or an altered program has made. */
export async function migrate(connection: Connection, now: number, migrations = MIGRATIONS): Promise<void> {
  const applied = await appliedMigrations(connection);
  const pending = pendingMigrations(applied, migrations);
  if (pending.length === 0) return;
  await connection.exec('BEGIN IMMEDIATE');
  try {
    await connection.exec(
      'CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
    );
    for (const step of pending) {
      await connection.exec(step.sql);
      await step.fill?.(connection);
      await connection.run('INSERT INTO schema_migrations VALUES (?, ?, ?, ?)', [
        step.version,
        step.name,
        checksum(step),
        now,
      ]);
    }
    await connection.exec('COMMIT');
  } catch (error) {
    await connection.exec('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function pendingMigrations(applied: readonly Applied[], migrations: readonly Migration[]): readonly Migration[] {
  for (const [index, { version, checksum: seen }] of applied.entries()) {
    const step = migrations[index];
    if (step === undefined) {
      throw new StoreUnavailable(
        `The database has schema version ${version}, this program knows ${migrations.length}. ` +
          'Start the newer version of Vigil that made it, or restore the backup taken before the upgrade.',
      );
    }
    if (step.version !== version || checksum(step) !== seen) {
      throw new StoreUnavailable(
        `Schema step ${version} of the database is not the one this program knows. ` +
          'Start the version of Vigil that made it, or restore a backup.',
      );
    }
  }
  return migrations.slice(applied.length);
}

function checksum(step: Migration): string {
  return createHash('sha256').update(step.sql).digest('hex');
}
