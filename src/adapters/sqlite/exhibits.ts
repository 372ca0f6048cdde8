/** What an incident collects besides its story: evidence, actions, and the effects it had outside. */
import type { Evidence } from '../../sre/evidence.ts';
import type { IncidentId } from '../../sre/ids.ts';
import type { Incidents } from '../../sre/ports/incidents.ts';
import type { Connection } from './connection.ts';
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

export function exhibits(connection: Connection, changed: (incident: IncidentId) => void): Exhibits {
  return {
    async record(evidence) {
      const recorded = await connection.write(async (writer) => {
        const { incident, toolUseId } = evidence;
        const sql = 'SELECT body FROM evidence WHERE incident = ? AND tool_use = ?';
        const [known] = await writer.all(sql, [incident, toolUseId]);
        if (known !== undefined) return readEvidence(known);
        const [last] = await writer.all('SELECT max(number) AS number FROM evidence WHERE incident = ?', [incident]);
        const number = Number(last?.number ?? 0) + 1;
        const numbered: Evidence = { ...evidence, id: `E${number}` };
        await writer.run('INSERT INTO evidence (incident, number, tool_use, body) VALUES (?, ?, ?, ?)', [
          incident,
          number,
          toolUseId,
          JSON.stringify(numbered),
        ]);
        return numbered;
      });
      changed(evidence.incident);
      return recorded;
    },
    async evidence(incident) {
      const sql = 'SELECT body FROM evidence WHERE incident = ? ORDER BY number';
      return (await connection.read(sql, [incident])).map(readEvidence);
    },
    async evidenceIndex(incident) {
      const sql = "SELECT json_remove(body, '$.content') AS body FROM evidence WHERE incident = ? ORDER BY number";
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
    async propose(action) {
      const kept = await connection.write(async (writer) => {
        await writer.run('INSERT OR IGNORE INTO actions (id, incident, tool_use, state, body) VALUES (?, ?, ?, ?, ?)', [
          action.id,
          action.incident,
          action.toolUseId,
          action.state.is,
          JSON.stringify(action),
        ]);
        const sql = 'SELECT body FROM actions WHERE incident = ? AND tool_use = ?';
        return (await writer.all(sql, [action.incident, action.toolUseId])).map(readAction)[0] ?? action;
      });
      changed(action.incident);
      return kept;
    },
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
      const sql = 'SELECT body FROM actions WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id';
      return (await connection.read(sql, [JSON.stringify(states)])).map(readAction);
    },
    async advance(id, from, to) {
      const moved = await connection.write(async (writer) => {
        const sql = 'SELECT body FROM actions WHERE id = ? AND state = ?';
        const [action] = (await writer.all(sql, [id, from])).map(readAction);
        if (action === undefined) return null;
        const next = { ...action, state: to };
        await writer.run('UPDATE actions SET state = ?, body = ? WHERE id = ?', [to.is, JSON.stringify(next), id]);
        return next;
      });
      if (moved !== null) changed(moved.incident);
      return moved !== null;
    },
    async intend(key, incident) {
      const sql = 'SELECT result FROM effects WHERE key = ?';
      const [known] = await connection.read(sql, [key]);
      if (known === undefined) {
        await connection.write((writer) =>
          writer.run('INSERT OR IGNORE INTO effects (key, incident, result) VALUES (?, ?, NULL)', [key, incident]),
        );
      }
      const result = known?.result ?? null;
      return result === null ? { done: false } : { done: true, result: String(result) };
    },
    complete: (key, result) =>
      connection.write(async (writer) => {
        await writer.run('UPDATE effects SET result = ? WHERE key = ?', [result, key]);
      }),
  };
}
