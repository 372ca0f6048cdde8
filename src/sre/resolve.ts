/** Only a person ends an incident. Its session stays readable; what still waits for approval is withdrawn. */
import type { IncidentId } from './ids.ts';
import type { Incident } from './incident.ts';
import type { Incidents } from './ports/incidents.ts';
import { revise } from './revise.ts';

export async function resolve(
  { incidents, now }: { incidents: Incidents; now: () => number },
  id: IncidentId,
  by: string,
): Promise<Incident | null> {
  const at = new Date(now()).toISOString();
  for (const action of await incidents.actions(id)) {
    if (action.state.is === 'proposed') {
      await incidents.advance(action.id, 'proposed', { is: 'void', at, why: `${by} resolved the incident` });
    }
  }
  const resolved = await revise(incidents, id, (incident) => {
    const { state } = incident;
    if (state.is === 'resolved') return incident;
    const seen = state.is === 'monitoring' && state.back !== undefined ? { back: state.back } : {};
    return { ...incident, state: { is: 'resolved', at, by, ...seen } };
  });
  await incidents.note(id, 'resolved', {
    at,
    kind: 'decide',
    actor: 'human',
    text: `${by} resolved the incident`,
    ref: null,
  });
  return resolved;
}
