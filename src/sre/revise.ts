import type { IncidentId } from './ids.ts';
import type { Incident } from './incident.ts';
import type { Incidents } from './ports/incidents.ts';

const ATTEMPTS = 20;

/**
 * Changes an incident from what it is now, again if somebody else was faster. `change` answers the same object when
 * there is nothing to do. Answers the incident as it stands afterwards, null when it does not exist.
 */
export async function revise(
  incidents: Incidents,
  id: IncidentId,
  change: (incident: Incident) => Incident,
): Promise<Incident | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // The revision is read first: a change in between makes the save fail, never overwrite.
    const revision = await incidents.revision(id);
    const incident = await incidents.get(id);
    if (incident === null) return null;
    const next = change(incident);
    if (next === incident || (await incidents.save(next, revision))) return next;
  }
  throw new Error(`incident ${id} changed ${ATTEMPTS} times while it was being written`);
}
