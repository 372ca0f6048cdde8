/** What a request names, found or refused. */
import { z } from 'zod';
import type { CaseRecord } from '../sre/case-record.ts';
import type { EvidenceId, IncidentId } from '../sre/ids.ts';
import type { Incident } from '../sre/incident.ts';
import type { Incidents } from '../sre/ports/incidents.ts';
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

/** Refuses with what is wrong, field by field, on one line. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new Failure(400, 'bad_request', wrong.join('; '), HINTS[String(result.error.issues[0]?.path[0])] ?? null);
}

const HINTS: Record<string, string> = {
  id: 'It looks like inc_… or act_…; `vigil incidents` lists what there is.',
  eid: 'It looks like E7; `vigil evidence INCIDENT` lists what there is.',
};

export function missing(what: 'incident' | 'action' | 'evidence', id: string): never {
  throw new Failure(404, 'not_found', `there is no ${what} ${id}`, HINTS[what === 'evidence' ? 'eid' : 'id']);
}
