import type { Place } from '../../../lib/postgres.ts';
import type { TakeRows, TransferRow, TransferTable } from '../../ports/transfer.ts';
import { type Connection, connect, type Value } from './connection.ts';
import { fieldsOf } from './fields.ts';
import { migrate } from './migrate.ts';
import { toUnavailable } from './unavailable.ts';
import { refuseUnfit } from './unfit.ts';

/**
 * Makes the tables in a schema that is not there yet, and fills them in one transaction with what `give` gives. Rejects with
 * `StoreUnavailable`, and with whatever `give` rejects with; the tables are empty then.
 */
export async function receiveIn(place: Place, give: (take: TakeRows) => Promise<void>): Promise<void> {
  const connection = await connect(place, 'move').catch((error: unknown) => {
    throw toUnavailable(error);
  });
  try {
    await refuseUnfit(connection);
    await migrate(connection, place);
    await connection.script("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '10min'; BEGIN");
    await give(async (table, rows) => void (await insert(connection, table, rows)));
    for (const { table, column } of NUMBERED) {
      await connection.script(
        `SELECT setval(pg_get_serial_sequence('${table}', '${column}'), coalesce(max(${column}), 0) + 1, false) FROM ${table}`,
      );
    }
    await connection.commit({ synced: true });
  } catch (error) {
    throw toUnavailable(error);
  } finally {
    await connection.close();
  }
}

async function insert(connection: Connection, table: TransferTable, rows: readonly TransferRow[]): Promise<void> {
  const { sql, columns } = TABLES[table];
  const values = columns.map((column): Value => rows.map((row) => cellOf(row, column)));
  await connection.query(sql, values);
}

/** The fields by which lists are narrowed are kept beside a document here. */
function cellOf(row: TransferRow, column: string): string | number | null {
  return column === 'fields' ? JSON.stringify(fieldsOf(JSON.parse(String(row.body)))) : (row[column] ?? null);
}

/** Numbers go on after the last one that was carried over. */
const NUMBERED = [
  { table: 'documents', column: 'position' },
  { table: 'inbox', column: 'n' },
  { table: 'erasures', column: 'n' },
] as const;

/** What has to be done is looked at again when the first server starts. */
const TABLES: Record<TransferTable, { sql: string; columns: readonly string[] }> = {
  documents: {
    columns: ['position', 'kind', 'id', 'workspace', 'parent', 'created_at', 'archived', 'revision', 'body', 'fields'],
    sql: `INSERT INTO documents (position, kind, id, workspace, parent, created_at, archived, revision, body, fields)
      OVERRIDING SYSTEM VALUE
      SELECT position, kind, id, workspace, parent, created_at, archived, revision, body,
             ARRAY(SELECT jsonb_array_elements_text(fields::jsonb))
        FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::smallint[], $8::bigint[],
          $9::text[], $10::text[]) AS t (position, kind, id, workspace, parent, created_at, archived, revision, body, fields)`,
  },
  sessions: {
    columns: ['id', 'workspace', 'seq', 'head', 'epoch', 'wake_at'],
    sql: `INSERT INTO sessions (id, workspace, seq, head, epoch, wake_at, woken, took)
      SELECT *, 0, 0 FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])`,
  },
  events: {
    columns: ['session_id', 'seq', 'id', 'type', 'processed_at', 'body', 'memo', 'hash'],
    sql: `INSERT INTO events (session_id, seq, id, type, processed_at, body, memo, hash)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[])`,
  },
  inbox: {
    columns: ['n', 'session_id', 'id', 'body'],
    sql: `INSERT INTO inbox (n, session_id, id, body) OVERRIDING SYSTEM VALUE
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])`,
  },
  tool_calls: {
    columns: ['session_id', 'tool_use_id', 'state', 'epoch', 'started_at'],
    sql: `INSERT INTO tool_calls (session_id, tool_use_id, state, epoch, started_at)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])`,
  },
  erasures: {
    columns: ['n', 'session_id', 'seq', 'head', 'erased_at'],
    sql: `INSERT INTO erasures (n, session_id, seq, head, erased_at) OVERRIDING SYSTEM VALUE
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])`,
  },
};
