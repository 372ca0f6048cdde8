import { Client } from 'pg';
import { clientOptions, lostOr, type Place, quoted } from '../../lib/postgres.ts';
import { type GiveRows, TRANSFER_TABLES, type TransferRow } from '../sql/transfer.ts';
import { indexKey } from './connection.ts';
import { openPool } from './pool.ts';
import { toUnavailable } from './unavailable.ts';

/** Fills tables that are there and empty, in one transaction. Answers how many rows came. Rejects with `IncidentsUnavailable`. */
export async function receiveRows(place: Place, givers: readonly GiveRows[]): Promise<number> {
  const statements = openPool(place);
  try {
    return await statements.transaction(async (ask) => {
      let count = 0;
      for (const give of givers) {
        await give(async (table, rows) => {
          for (const row of rows) await ask(...insertion(table, row));
          count += rows.length;
        });
      }
      return count;
    });
  } finally {
    await statements.close();
  }
}

function insertion(table: string, row: TransferRow): [sql: string, values: (string | number | null)[]] {
  const { columns, keys } = TRANSFER_TABLES[table] ?? { columns: [], keys: [] };
  const marks = columns.map(() => '?').join(', ');
  const values = columns.map((column) => {
    const value = row[column] ?? null;
    return keys.includes(column) && typeof value === 'string' ? indexKey(value) : value;
  });
  return [`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, values];
}

/** Which of these schemas the database has. Rejects with `IncidentsUnavailable`. */
export async function schemasOf(url: string, names: readonly string[]): Promise<string[]> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY($1::text[]) ORDER BY nspname',
      [names],
    );
    return rows.map(({ name }) => name);
  });
}

export async function dropSchemas(url: string, names: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const name of names) await client.query(`DROP SCHEMA IF EXISTS ${quoted(name)} CASCADE`);
  });
}

/** All of them at one moment, or none. */
export async function renameSchemas(
  url: string,
  names: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const renames = names.map(([from, to]) => `ALTER SCHEMA ${quoted(from)} RENAME TO ${quoted(to)}`);
  await withClient(url, (client) => client.query(`BEGIN; ${renames.join('; ')}; COMMIT`));
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ ...clientOptions({ url, schema: '' }, 'move'), query_timeout: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw toUnavailable(lostOr(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}
