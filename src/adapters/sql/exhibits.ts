/** What an incident collects besides its story: evidence, actions, and the effects it had outside. */
import type { Evidence } from '../../sre/evidence.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import { among, type Connection } from './connection.ts';
import { readAction, readEvidence } from './stored.ts';

type Exhibits = Pick<
  Incidents,
  | 'record'
  | 'evidence'
  | 'evidenceIndex'
  | 'evidenceFor'
  | 'evidenceById'
  | 'propose'
  | 'action'
  | 'actionFor'
  | 'actions'
  | 'actionsIn'
  | 'advance'
  | 'intend'
  | 'complete'
>;

export function exhibits(connection: Connection): Exhibits {
  return {
    record: (evidence) =>
      connection.write(evidence.incident, async (writer) => {
        const { incident, toolUseId } = evidence;
        const sql = 'SELECT body FROM evidence WHERE incident = ? AND tool_use = ?';
        const [known] = await writer.all(sql, [incident, toolUseId]);
        if (known !== undefined) return readEvidence(known);
        const [last] = await writer.all('SELECT max(number) AS number FROM evidence WHERE incident = ?', [incident]);
        const number = Number(last?.number ?? 0) + 1;
        const numbered: Evidence = { ...evidence, id: `E${number}` };
        const { content: _most, ...head } = numbered;
        await writer.run('INSERT INTO evidence (incident, number, tool_use, body, head) VALUES (?, ?, ?, ?, ?)', [
          incident,
          number,
          toolUseId,
          JSON.stringify(numbered),
          JSON.stringify(head),
        ]);
        writer.tell({ of: 'incident', id: incident });
        return numbered;
      }),
    async evidence(incident) {
      const sql = 'SELECT body FROM evidence WHERE incident = ? ORDER BY number';
      return (await connection.read(sql, [incident])).map(readEvidence);
    },
    async evidenceIndex(incident) {
      const sql = 'SELECT head AS body FROM evidence WHERE incident = ? ORDER BY number';
      return (await connection.read(sql, [incident])).map(readEvidence);
    },
    async evidenceFor(incident, toolUseId) {
      const sql = 'SELECT body FROM evidence WHERE incident = ? AND tool_use = ?';
      return (await connection.read(sql, [incident, toolUseId])).map(readEvidence)[0] ?? null;
    },
    async evidenceById(incident, id) {
      const sql = 'SELECT body FROM evidence WHERE incident = ? AND number = ?';
      return (await connection.read(sql, [incident, Number(id.slice(1))])).map(readEvidence)[0] ?? null;
    },
    propose: (action) =>
      connection.write(action.incident, async (writer) => {
        const { id, incident, toolUseId, state } = action;
        const { changes } = await writer.run(
          'INSERT INTO actions (id, incident, tool_use, state, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
          [id, incident, toolUseId, state.is, JSON.stringify(action)],
        );
        if (changes === 1) writer.tell({ of: 'incident', id: incident });
        const sql = 'SELECT body FROM actions WHERE incident = ? AND tool_use = ?';
        return (await writer.all(sql, [incident, toolUseId])).map(readAction)[0] ?? action;
      }),
    async action(id) {
      return (await connection.read('SELECT body FROM actions WHERE id = ?', [id])).map(readAction)[0] ?? null;
    },
    async actionFor(incident, toolUseId) {
      const sql = 'SELECT body FROM actions WHERE incident = ? AND tool_use = ?';
      return (await connection.read(sql, [incident, toolUseId])).map(readAction)[0] ?? null;
    },
    async actions(incident) {
      return (await connection.read('SELECT body FROM actions WHERE incident = ? ORDER BY id', [incident])).map(
        readAction,
      );
    },
    async actionsIn(states) {
      const sql = `SELECT body FROM actions WHERE ${among('state', states)} ORDER BY id`;
      return (await connection.read(sql, states)).map(readAction);
    },
    advance: (id, from, to) =>
      connection.write(id, async (writer) => {
        const sql = 'SELECT body FROM actions WHERE id = ? AND state = ?';
        const [action] = (await writer.all(sql, [id, from])).map(readAction);
        if (action === undefined) return false;
        // Of an action nothing changes but its state, so comparing that is comparing all of it.
        const { changes } = await writer.run('UPDATE actions SET state = ?, body = ? WHERE id = ? AND state = ?', [
          to.is,
          JSON.stringify({ ...action, state: to }),
          id,
          from,
        ]);
        if (changes === 1) writer.tell({ of: 'incident', id: action.incident });
        return changes === 1;
      }),
    async intend(key, incident) {
      const name = connection.key(key);
      const [known] = await connection.read('SELECT result FROM effects WHERE key = ?', [name]);
      if (known === undefined) {
        await connection.write(name, (writer) =>
          writer.run('INSERT INTO effects (key, incident, result) VALUES (?, ?, NULL) ON CONFLICT DO NOTHING', [
            name,
            incident,
          ]),
        );
      }
      const result = known?.result ?? null;
      return result === null ? { done: false, again: known !== undefined } : { done: true, result: String(result) };
    },
    complete: (key, result) =>
      connection.write(key, async (writer) => {
        await writer.run('UPDATE effects SET result = ? WHERE key = ?', [result, connection.key(key)]);
      }),
  };
}
