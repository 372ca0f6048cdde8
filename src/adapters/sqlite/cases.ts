/** Incidents and their timelines. */
import type { IncidentId } from '../../sre/ids.ts';
import type { TimelineEntry } from '../../sre/incident.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import type { Connection, Value, Writer } from './connection.ts';
import { readEntry, readIncident } from './stored.ts';

type Cases = Pick<Incidents, 'get' | 'list' | 'openFor' | 'latestFor' | 'save' | 'revision' | 'note' | 'timeline'>;

export function cases(connection: Connection, changed: (incident: IncidentId) => void): Cases {
  const first = async (sql: string, values: string[]) =>
    (await connection.read(sql, values)).map(readIncident)[0] ?? null;

  return {
    get: (id) => first('SELECT body FROM incidents WHERE id = ?', [id]),
    async list({ limit, before, open, states }) {
      const conditions: [string, Value][] = [
        ...(before === undefined ? [] : ([['id < ?', before]] satisfies [string, Value][])),
        ...(open === true ? ([['resolved = ?', 0]] satisfies [string, Value][]) : []),
        ...(states === undefined
          ? []
          : ([['state IN (SELECT value FROM json_each(?))', JSON.stringify(states)]] satisfies [string, Value][])),
      ];
      const where = ['1 = 1', ...conditions.map(([sql]) => sql)].join(' AND ');
      const sql = `SELECT body FROM incidents WHERE ${where} ORDER BY id DESC LIMIT ?`;
      return (await connection.read(sql, [...conditions.map(([, value]) => value), limit])).map(readIncident);
    },
    openFor: (source, groupKey) =>
      first('SELECT body FROM incidents WHERE source = ? AND group_key = ? AND resolved = 0', [source, groupKey]),
    latestFor: (source, groupKey) =>
      first('SELECT body FROM incidents WHERE source = ? AND group_key = ? ORDER BY id DESC LIMIT 1', [
        source,
        groupKey,
      ]),
    async save(incident, expect) {
      const resolved = incident.state.is === 'resolved' ? 1 : 0;
      const body = JSON.stringify(incident);
      // OR IGNORE: the unique index on open incidents makes the slower of two openers answer false.
      const saved = await connection.write((writer) =>
        expect === 0
          ? writer.run(
              'INSERT OR IGNORE INTO incidents (id, source, group_key, resolved, state, revision, body) VALUES (?, ?, ?, ?, ?, 1, ?)',
              [incident.id, incident.source, incident.groupKey, resolved, incident.state.is, body],
            )
          : writer.run(
              'UPDATE OR IGNORE incidents SET body = ?, resolved = ?, state = ?, revision = revision + 1 WHERE id = ? AND revision = ?',
              [body, resolved, incident.state.is, incident.id, expect],
            ),
      );
      if (saved.changes === 1) changed(incident.id);
      return saved.changes === 1;
    },
    async revision(id) {
      const [row] = await connection.read('SELECT revision FROM incidents WHERE id = ?', [id]);
      return Number(row?.revision ?? 0);
    },
    async note(incident, key, entry) {
      const noted = await connection.write((writer) => append(writer, incident, key, entry));
      if (noted.isNew) changed(incident);
      return noted.entry;
    },
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
): Promise<{ entry: TimelineEntry; isNew: boolean }> {
  const [known] = await writer.all('SELECT body FROM timeline WHERE incident = ? AND key = ?', [incident, key]);
  if (known !== undefined) return { entry: readEntry(known), isNew: false };
  const [last] = await writer.all('SELECT max(seq) AS seq FROM timeline WHERE incident = ?', [incident]);
  const numbered: TimelineEntry = { ...entry, incident, seq: Number(last?.seq ?? 0) + 1 };
  await writer.run('INSERT INTO timeline (incident, seq, key, body) VALUES (?, ?, ?, ?)', [
    incident,
    numbered.seq,
    key,
    JSON.stringify(numbered),
  ]);
  return { entry: numbered, isNew: true };
}
