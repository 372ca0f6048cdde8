import type { CheckOptions, LogCheck } from '../../ports/log-check.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { checkLogs, type LogTables } from '../sql/check-log.ts';
import { holdFile, sizeOf } from './data-file.ts';
import type { Connection, Driver, Value } from './driver.ts';
import { readHead, writeHead } from './head-file.ts';
import { type FileLedger, readLedger } from './ledger.ts';
import { contradiction } from './rolled-back.ts';
import { toUnavailable } from './unavailable.ts';

/** Reads the file as of one moment, whoever uses it meanwhile, and compares it with the head beside it. */
export async function checkWith(driver: Driver, path: string, options: CheckOptions): Promise<LogCheck> {
  // Read first: what is committed meanwhile is more than it says, never less.
  const seen = await readHead(path);
  return await reading(driver, path, async (connection, ledger) => {
    const found = await checkLogs(tablesOf(connection, options), options);
    if (options.log !== undefined) return found;
    const told = contradiction(seen, ledger);
    const whole = [
      ...(ledger.sum === found.head ? [] : ['a whole log has been put in, taken out or written anew']),
      ...(told === null ? [] : [`the database ${told}`]),
    ];
    return {
      ...found,
      faults: [...found.faults, ...whole.map((what) => ({ log: null, seq: null, event: null, what }))],
    };
  });
}

/** Takes the database as it is from now on. Rejects with `StoreUnavailable` while a server uses it. */
export async function acceptWith(driver: Driver, path: string, now: number): Promise<void> {
  const lock = await holdFile(driver, path);
  try {
    await reading(driver, path, (_, ledger) => writeHead(path, ledger, now));
  } finally {
    await lock.close();
  }
}

async function reading<T>(
  driver: Driver,
  path: string,
  work: (connection: Connection, ledger: FileLedger) => Promise<T>,
): Promise<T> {
  if ((await sizeOf(path)) === 0) {
    throw new StoreUnavailable(`There is no database at ${path}, or it is empty. Name the data directory of a server.`);
  }
  const connection = await driver.open(path, { readOnly: true });
  try {
    await connection.exec('PRAGMA busy_timeout = 5000; BEGIN');
    const ledger = await readLedger(connection);
    if (ledger === null) {
      throw new StoreUnavailable(
        `The database ${path} was last used by a version of Vigil whose logs were no chains yet. Start the server once.`,
      );
    }
    return await work(connection, ledger);
  } catch (error) {
    throw toUnavailable(error);
  } finally {
    await connection.close();
  }
}

function tablesOf(connection: Connection, { log }: CheckOptions): LogTables {
  const only = (column: string) => (log === undefined ? '' : `AND ${column} = ?`);
  const values: Value[] = log === undefined ? [] : [log];
  return {
    lines: (after, limit) =>
      connection.all(
        `SELECT e.*, s.seq AS last, s.head FROM events AS e LEFT JOIN sessions AS s ON s.id = e.session_id
          WHERE (e.session_id, e.seq) > (?, ?) ${only('e.session_id')} ORDER BY e.session_id, e.seq LIMIT ?`,
        [after.log, after.seq, ...values, limit],
      ),
    emptied: () =>
      connection.all(
        `SELECT id AS session_id, seq AS last FROM sessions AS s WHERE seq > 0 ${only('id')}
            AND NOT EXISTS (SELECT 1 FROM events WHERE session_id = s.id) ORDER BY id`,
        values,
      ),
    ownerless: () =>
      connection.all(
        `SELECT id AS session_id FROM documents AS d WHERE kind IN ('session', 'session_thread') ${only('id')}
            AND NOT EXISTS (SELECT 1 FROM sessions WHERE id = d.id) ORDER BY id`,
        values,
      ),
    heads: () => connection.all('SELECT head, 0 AS erased FROM sessions UNION ALL SELECT head, 1 FROM erasures', []),
  };
}
