/** Incidents and their timelines. */
import type { TimelineEntry } from '../../sre/incident.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { among, type Connection, type Value, type Writer } from './connection.ts';
import { readEntry, readIncident } from './stored.ts';

type Cases = Pick<Incidents, 'get' | 'list' | 'openFor' | 'latestFor' | 'save' | 'revision' | 'note' | 'timeline'>;

export function cases(connection: Connection): Cases {
  const first = async (sql: string, values: string[]) =>
    (await connection.read(sql, values)).map(readIncident)[0] ?? null;

  return {
    get: (id) => first('SELECT body FROM incidents WHERE id = ?', [id]),
    async list({ limit, before, open, states }) {
      const conditions: [string, readonly Value[]][] = [
        ['1 = 1', []],
        ...(before === undefined ? [] : ([['id < ?', [before]]] satisfies [string, Value[]][])),
        ...(open === true ? ([['resolved = 0', []]] satisfies [string, Value[]][]) : []),
        ...(states === undefined ? [] : ([[among('state', states), states]] satisfies [string, readonly Value[]][])),
      ];
      const where = conditions.map(([sql]) => sql).join(' AND ');
      const sql = `SELECT body FROM incidents WHERE ${where} ORDER BY id DESC LIMIT ?`;
      return (await connection.read(sql, [...conditions.flatMap(([, values]) => values), limit])).map(readIncident);
    },
    openFor: (source, groupKey) =>
      first('SELECT body FROM incidents WHERE source = ? AND group_key = ? AND resolved = 0', [
        source,
        connection.key(groupKey),
      ]),
    latestFor: (source, groupKey) =>
      first('SELECT body FROM incidents WHERE source = ? AND group_key = ? ORDER BY id DESC LIMIT 1', [
        source,
        connection.key(groupKey),
      ]),
    save: (incident, expect) =>
      connection.write(incident.id, async (writer) => {
        const { id, source, groupKey, state } = incident;
        const cells = [state.is === 'resolved' ? 1 : 0, state.is, JSON.stringify(incident)];
        // The unique index on open incidents makes the slower of two openers answer false.
        const { changes } =
          expect === 0
            ? await writer.run(
                `INSERT INTO incidents (id, source, group_key, resolved, state, body, revision) VALUES (?, ?, ?, ?, ?, ?, 1)
                 ON CONFLICT DO NOTHING`,
                [id, source, connection.key(groupKey), ...cells],
              )
            : await writer.run(
                'UPDATE incidents SET resolved = ?, state = ?, body = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
                [...cells, id, expect],
              );
        if (changes === 1) writer.tell({ of: 'incident', id });
        return changes === 1;
      }),
    async revision(id) {
      const [row] = await connection.read('SELECT revision FROM incidents WHERE id = ?', [id]);
      return Number(row?.revision ?? 0);
    },
    note: (incident, key, entry) =>
      connection.write(incident, (writer) => append(writer, incident, connection.key(key), entry)),
    async timeline(incident, after) {
      const sql = 'SELECT body FROM timeline WHERE incident = ? AND seq > ? ORDER BY seq';
      return (await connection.read(sql, [incident, after])).map(readEntry);
    },
  };
}

async function append(
  writer: Writer,
  incident: TimelineEntry['incident'],
  key: string,
  entry: Omit<TimelineEntry, 'seq' | 'incident'>,
): Promise<TimelineEntry> {
  const [known] = await writer.all('SELECT body FROM timeline WHERE incident = ? AND key = ?', [incident, key]);
  if (known !== undefined) return readEntry(known);
  const [last] = await writer.all('SELECT max(seq) AS seq FROM timeline WHERE incident = ?', [incident]);
  const numbered: TimelineEntry = { ...entry, incident, seq: Number(last?.seq ?? 0) + 1 };
  await writer.run('INSERT INTO timeline (incident, seq, key, body) VALUES (?, ?, ?, ?)', [
    incident,
    numbered.seq,
    key,
    JSON.stringify(numbered),
  ]);
  writer.tell({ of: 'incident', id: incident });
  return numbered;
}
