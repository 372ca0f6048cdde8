import { type Ledger, linkAfter, NO_HEAD, sumOf } from '../sql/chain.ts';
import { linesOf } from '../sql/rows.ts';
import type { Connection } from './driver.ts';

export interface FileLedger extends Ledger {
  /** The database's own word for itself. */
  database: string;
}

/** Null before logs were chains. */
export async function readLedger(connection: Connection): Promise<FileLedger | null> {
  const tables = await connection.all("SELECT name FROM sqlite_schema WHERE name = 'ledger'", []);
  if (tables.length === 0) return null;
  const [row] = await connection.all('SELECT database, commits, sum FROM ledger', []);
  return row === undefined
    ? null
    : { database: String(row.database), commits: Number(row.commits), sum: String(row.sum) };
}

const PAGE = 500;

/** Logs that were written before they were chains become chains as they are. */
export async function chainOldLogs(connection: Connection): Promise<void> {
  const heads: string[] = [];
  let [session, seq, head] = ['', 0, NO_HEAD];
  for (;;) {
    const rows = await connection.all(
      'SELECT session_id, seq, body, memo FROM events WHERE (session_id, seq) > (?, ?) ORDER BY session_id, seq LIMIT ?',
      [session, seq, PAGE],
    );
    const links = linesOf(rows).map((line) => {
      if (line.session !== session) heads.push(head);
      head = linkAfter(line.session === session ? head : NO_HEAD, line);
      ({ session, seq } = line);
      return [session, seq, head];
    });
    if (links.length === 0) break;
    await connection.run(SET_HASHES, [JSON.stringify(links)]);
  }
  await connection.exec(SET_HEADS);
  await connection.run('UPDATE ledger SET sum = ?', [sumOf([...heads, head])]);
}

const SET_HASHES = `UPDATE events SET hash = links.value ->> 2 FROM json_each(?) AS links
  WHERE session_id = links.value ->> 0 AND seq = links.value ->> 1`;
const SET_HEADS = `UPDATE sessions SET head = coalesce(
  (SELECT hash FROM events WHERE session_id = sessions.id ORDER BY seq DESC LIMIT 1), '')`;
