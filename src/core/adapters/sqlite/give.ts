import { StoreUnavailable } from '../../ports/store.ts';
import { type TakeRows, TRANSFER_TABLES, type TransferRow, type TransferTable } from '../../ports/transfer.ts';
import { holdFile, sizeOf } from './data-file.ts';
import type { Connection, Driver, Value } from './driver.ts';
import { appliedMigrations } from './migrate.ts';
import { MIGRATIONS } from './schema.ts';
import { toUnavailable } from './unavailable.ts';

/** Rows at once; one may be large. */
const PAGE = 200;

/**
 * Holds the file, so that no server uses it, while `work` reads it. Rejects with `StoreUnavailable` when one does, and when
 * the file is not there or of another version.
 */
export async function whileHeld<T>(
  driver: Driver,
  path: string,
  work: (give: (take: TakeRows) => Promise<void>) => Promise<T>,
): Promise<T> {
  if ((await sizeOf(path)) === 0) {
    throw new StoreUnavailable(`There is no database at ${path}, or it is empty. Name the data directory of a server.`);
  }
  const lock = await holdFile(driver, path);
  try {
    const connection = await driver.open(path, { readOnly: true });
    try {
      await connection.exec('PRAGMA busy_timeout = 5000');
      if ((await appliedMigrations(connection)).length !== MIGRATIONS.length) {
        throw new StoreUnavailable(`The database ${path} is of another version of Vigil. Start the server on it once.`);
      }
      return await work((take) => give(connection, take));
    } catch (error) {
      throw toUnavailable(error);
    } finally {
      await connection.close();
    }
  } finally {
    await lock.close();
  }
}

async function give(connection: Connection, take: TakeRows): Promise<void> {
  for (const table of TRANSFER_TABLES) {
    const { columns, key, first } = TABLES[table];
    const order = key.join(', ');
    const marks = key.map(() => '?').join(', ');
    const page = `SELECT ${columns} FROM ${table} WHERE (${order}) > (${marks}) ORDER BY ${order} LIMIT ${PAGE}`;
    let after: readonly Value[] = first;
    for (let more = true; more; ) {
      const rows = asRows(await connection.all(page, after));
      if (rows.length > 0) await take(table, rows);
      after = key.map((column) => rows.at(-1)?.[column] ?? null);
      more = rows.length === PAGE;
    }
  }
}

/** What identifies a row and orders it, and what comes before the first. Leases end with the server. */
const TABLES: Record<TransferTable, { columns: string; key: readonly string[]; first: readonly Value[] }> = {
  documents: {
    columns: 'position, kind, id, workspace, parent, created_at, archived, revision, body',
    key: ['position'],
    first: [0],
  },
  sessions: { columns: 'id, workspace, seq, head, epoch, wake_at', key: ['id'], first: [''] },
  events: {
    columns: 'session_id, seq, id, type, processed_at, body, memo, hash',
    key: ['session_id', 'seq'],
    first: ['', 0],
  },
  inbox: { columns: 'n, session_id, id, body', key: ['n'], first: [0] },
  tool_calls: {
    columns: 'session_id, tool_use_id, state, epoch, started_at',
    key: ['session_id', 'tool_use_id'],
    first: ['', ''],
  },
  erasures: { columns: 'n, session_id, seq, head, erased_at', key: ['n'], first: [0] },
};

/** The columns are integers and text. */
function asRows(rows: readonly object[]): TransferRow[] {
  return rows as TransferRow[];
}
