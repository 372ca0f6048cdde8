import { IncidentsUnavailable } from '../../sre/ports/incidents.ts';
import { type GiveRows, TRANSFER_TABLES, type TransferRow } from '../sql/transfer.ts';
import { VERSION } from './schema.ts';
import { unavailable } from './unavailable.ts';

/** Rows at once; one may be large. */
const PAGE = 200;

type Read = (sql: string, values: readonly number[]) => Promise<TransferRow[]>;

/** What a file holds: `vigil.db` or `changes.db`. Nothing is written to it. Rejects with `IncidentsUnavailable`. */
function giveRows(path: string, tables: readonly string[], version = 0): GiveRows {
  return async (take) => {
    const sqlite = (await import('sqlite3')).default;
    const database = new sqlite.Database(path, sqlite.OPEN_READONLY);
    const read: Read = (sql, values) =>
      new Promise((resolve, reject) => {
        database.all<TransferRow>(sql, [...values], (error, rows) =>
          error ? reject(unavailable(error)) : resolve(rows),
        );
      });
    try {
      const [found] = await read('PRAGMA user_version', []);
      if (Number(found?.user_version) !== version)
        throw new IncidentsUnavailable(`${path} is of another version of Vigil: start the server on it once`);
      for (const table of tables) await giveTable(read, table, (rows) => take(table, rows));
    } finally {
      await new Promise<void>((resolve) => database.close(() => resolve()));
    }
  };
}

async function giveTable(
  read: Read,
  table: string,
  take: (rows: readonly TransferRow[]) => Promise<void>,
): Promise<void> {
  const columns = TRANSFER_TABLES[table]?.columns.join(', ');
  const page = `SELECT rowid AS place, ${columns} FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`;
  for (let after: number | null = 0; after !== null; ) {
    const rows = await read(page, [after]);
    if (rows.length > 0) await take(rows);
    after = rows.length === PAGE ? Number(rows.at(-1)?.place) : null;
  }
}

export const giveIncidents = (path: string): GiveRows =>
  giveRows(path, ['deliveries', 'incidents', 'timeline', 'evidence', 'actions', 'effects'], VERSION);
export const giveChanges = (path: string): GiveRows => giveRows(path, ['changes']);
