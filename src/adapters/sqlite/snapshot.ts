import { unavailable } from './unavailable.ts';

/**
 * Writes a copy of a database as it is at one moment, compacted, to a file that must not exist; whoever uses the
 * database goes on meanwhile. The copy is checked before it counts. Rejects with `IncidentsUnavailable`.
 */
export async function snapshot(from: string, to: string): Promise<void> {
  const sqlite = (await import('sqlite3')).default;
  await within(new sqlite.Database(from, sqlite.OPEN_READONLY), 'VACUUM INTO ?', [to]);
  const [found] = await within(new sqlite.Database(to, sqlite.OPEN_READONLY), 'PRAGMA quick_check', []);
  const verdict = String(Object.values(found ?? {})[0]);
  if (verdict !== 'ok') throw unavailable(new Error(`the copy of ${from} is damaged: ${verdict}`));
}

/** One statement on a connection of its own. */
function within(database: import('sqlite3').Database, sql: string, values: string[]): Promise<object[]> {
  database.configure('busyTimeout', 5000);
  return new Promise((resolve, reject) => {
    database.on('error', (error) => reject(unavailable(error)));
    database.all<object>(sql, values, (error, rows) => {
      database.close(() => (error === null ? resolve(rows) : reject(unavailable(error))));
    });
  });
}
