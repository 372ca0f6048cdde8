/** What a request names, found or refused. */
import { z } from 'zod';
import type { EvidenceId, IncidentId } from '../sre/ids.ts';
import type { Incident } from '../sre/incident.ts';
import type { Incidents } from '../sre/ports/incidents.ts';
import type { CaseRecord } from '../sre/postmortem.ts';
import { Failure } from './failure.ts';

export const incidentId = z.custom<IncidentId>(
  (value) => typeof value === 'string' && /^inc_[0-9a-z_]{1,64}$/.test(value),
  'not an incident id',
);
export const evidenceId = z.custom<EvidenceId>(
  (value) => typeof value === 'string' && /^E[1-9]\d{0,8}$/.test(value),
  'not an evidence id',
);

export async function find(incidents: Incidents, params: unknown): Promise<Incident> {
  const { id } = parse(z.object({ id: incidentId }), params);
  return (await incidents.get(id)) ?? missing('incident', id);
}

export async function recordOf(incidents: Incidents, incident: Incident): Promise<CaseRecord> {
  const [actions, evidence, timeline] = await Promise.all([
    incidents.actions(incident.id),
    incidents.evidenceIndex(incident.id),
    incidents.timeline(incident.id, 0),
  ]);
  return { incident, actions, evidence, timeline };
}

export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Failure(400, 'bad_request', z.prettifyError(result.error));
}

export function missing(what: string, id: string): never {
  throw new Failure(404, 'not_found', `there is no ${what} ${id}`, 'List what there is with GET /api/incidents.');
}
