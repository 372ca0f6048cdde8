import type { Place } from '../../../lib/postgres.ts';
import type { CheckOptions, LogCheck } from '../../ports/log-check.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { checkLogs, type LogTables } from '../sql/check-log.ts';
import { type Connection, connect } from './connection.ts';
import { toUnavailable } from './unavailable.ts';

/** Reads the tables as of one moment, whoever writes to them meanwhile. */
export async function checkIn(place: Place, options: CheckOptions): Promise<LogCheck> {
  let connection: Connection | null = null;
  try {
    connection = await connect(place, 'check');
    await connection.script(
      "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = '5min'; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    );
    const [row] = await connection.script("SELECT to_regclass('erasures') IS NOT NULL AS chained");
    if (row?.chained !== true) {
      throw new StoreUnavailable(
        `There are no logs in the schema ${place.schema} of this database, or they are no chains yet: start a server once.`,
      );
    }
    return await checkLogs(tablesOf(connection, options), options);
  } catch (error) {
    throw toUnavailable(error);
  } finally {
    await connection?.close();
  }
}

function tablesOf(connection: Connection, { log }: CheckOptions): LogTables {
  // Null asks for all of them.
  const asked = log ?? null;
  return {
    lines: (after, limit) => connection.query(LINES, [after.log, after.seq, asked, limit]),
    emptied: () => connection.query(EMPTIED, [asked]),
    ownerless: () => connection.query(OWNERLESS, [asked]),
    heads: () => connection.query('SELECT head, 0 AS erased FROM sessions UNION ALL SELECT head, 1 FROM erasures'),
  };
}

const LINES = `SELECT e.*, s.seq AS last, s.head FROM events AS e LEFT JOIN sessions AS s ON s.id = e.session_id
  WHERE (e.session_id, e.seq) > ($1, $2::bigint) AND ($3::text IS NULL OR e.session_id = $3)
  ORDER BY e.session_id, e.seq LIMIT $4`;
const EMPTIED = `SELECT id AS session_id, seq AS last FROM sessions AS s WHERE seq > 0 AND ($1::text IS NULL OR id = $1)
  AND NOT EXISTS (SELECT FROM events WHERE session_id = s.id) ORDER BY id`;
const OWNERLESS = `SELECT id AS session_id FROM documents AS d WHERE kind IN ('session', 'session_thread')
  AND ($1::text IS NULL OR id = $1) AND NOT EXISTS (SELECT FROM sessions WHERE id = d.id) ORDER BY id`;
