/**
 * Rows back into nouns. The bodies were written by this adapter from values of these very types, in this database
 * only, so reading is a change of type and not a second parse; a body that is no JSON object is a corrupt file.
 */
import type { Action } from '../../sre/action.ts';
import type { Alert } from '../../sre/alert.ts';
import type { Evidence } from '../../sre/evidence.ts';
import type { Incident, TimelineEntry } from '../../sre/incident.ts';
import type { Row } from './connection.ts';

export const readIncident = (row: Row): Incident => stored<Incident>(row.body);
export const readEntry = (row: Row): TimelineEntry => stored<TimelineEntry>(row.body);
export const readEvidence = (row: Row): Evidence => stored<Evidence>(row.body);
export const readAction = (row: Row): Action => stored<Action>(row.body);
export const readAlerts = (row: Row): Alert[] => stored<Alert[]>(row.alerts);

/** Guaranteed by the writers of this folder: the column holds the JSON of a `Noun`. */
function stored<Noun>(json: unknown): Noun {
  const value: unknown = JSON.parse(String(json));
  if (typeof value !== 'object' || value === null)
    throw new Error('the incident database holds a row that is not a record');
  return value as Noun;
}
