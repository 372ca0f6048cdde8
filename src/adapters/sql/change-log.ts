/** Changes that were reported by webhook, as a source like any other. */
import { timeWindow } from '../../lib/time-window.ts';
import type { Change } from '../../sre/change.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { ChangeLog } from '../../sre/ports/change-log.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { among, type Connection, type Row } from './connection.ts';

const SOURCE = 'reported changes';

/** Times are RFC 3339 in UTC with milliseconds, so that their order as text is their order. */
export function sqlChangeLog(connection: Connection, now: () => Date): ChangeLog {
  /** When the oldest change took effect; null when nobody has ever reported one. */
  async function oldest(): Promise<string | null> {
    const [row] = await connection.read('SELECT min(time) AS time FROM changes', []);
    return row?.time == null ? null : String(row.time);
  }

  return {
    record: (change, diff) =>
      connection.write(change.id, async (writer) => {
        const { id, kind, service, time } = change;
        const { changes } = await writer.run(
          'INSERT INTO changes (id, kind, service, time, body, diff) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
          [connection.key(id), kind, service, time, JSON.stringify({ ...change, hasDiff: diff !== null }), diff],
        );
        return changes === 1;
      }),
    list: (query) =>
      orUnavailable<Change[]>(SOURCE, async () => {
        const window = timeWindow(query.range, now().getTime());
        const first = await oldest();
        if (first === null) return nothingReported();
        const { range, warnings } = window;
        const found = await connection.read(
          `SELECT body FROM changes WHERE time >= ? AND time <= ?
         ${query.service === null ? '' : 'AND service = ?'} ${query.kinds.length === 0 ? '' : `AND ${among('kind', query.kinds)}`}
         ORDER BY time DESC, id LIMIT ?`,
          [
            ...[range.start, range.end],
            ...(query.service === null ? [] : [query.service]),
            ...[...query.kinds, query.limit + 1],
          ],
        );
        if (range.start < first) warnings.push(`the oldest change that was ever reported is of ${first}`);
        const data = found.slice(0, query.limit).map(asChange);
        const truncated = found.length > data.length;
        return { status: 'ok', data, source: SOURCE, range, truncated, warnings, url: null };
      }),
    async diff(id) {
      const [row] = await connection.read('SELECT body, diff FROM changes WHERE id = ?', [connection.key(id)]);
      if (row === undefined) return badQuery(`no change has the id ${id}; list the changes to see the ids`);
      const data = { change: asChange(row), diff: row.diff === null ? null : String(row.diff) };
      return { status: 'ok', data, source: SOURCE, range: null, truncated: false, warnings: [], url: null };
    },
    close: () => connection.close(),
  };
}

/** Guaranteed by `record`, the only writer of these bodies. */
function asChange(row: Row): Change {
  return JSON.parse(String(row.body)) as Change;
}

function badQuery(detail: string): Answer<never> {
  return { status: 'unavailable', source: SOURCE, why: 'bad_query', detail };
}

/** A log that nobody writes says nothing about what was changed. */
function nothingReported(): Answer<never> {
  const detail = 'nobody has reported a change yet: have deploys, flags and the like sent to /hooks/changes';
  return { status: 'unavailable', source: SOURCE, why: 'not_configured', detail };
}
