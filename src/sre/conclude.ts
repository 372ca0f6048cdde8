/** The session has come to rest: what does that mean for the incident? */
import type Anthropic from '@anthropic-ai/sdk';
import type { IncidentId } from './ids.ts';
import type { Incident, IncidentState } from './incident.ts';
import { allResolved } from './place.ts';
import type { Incidents } from './ports/incidents.ts';
import { revise } from './revise.ts';
import type { SessionEvent } from './tail.ts';

interface Concluding {
  client: Anthropic;
  incidents: Incidents;
  clock: () => number;
  signal: AbortSignal;
}

const NUDGE =
  'You ended without a finding. Report one with report_finding now; "inconclusive" is a valid outcome, with what you looked at as claims.';

/** True when the session need not be followed any further. */
export async function conclude(
  concluding: Concluding,
  id: IncidentId,
  session: string,
  resting: SessionEvent,
): Promise<boolean> {
  const { incidents, clock } = concluding;
  const incident = await incidents.get(id);
  if (incident === null) return true;
  const isOver = resting.type !== 'session.status_idle';
  if (incident.finding === null && !isOver && (await nudge(concluding, incident, session))) return false;
  const at = new Date(clock()).toISOString();
  const why = reasonOf(resting);
  await revise(incidents, id, (current) => {
    const next = stateAfter(current, why, at);
    return next === null ? current : { ...current, state: next };
  });
  if (incident.finding === null) {
    const text = `No finding: ${why}`;
    await incidents.note(id, `no-finding:${session}`, { at, kind: 'error', actor: 'system', text, ref: session });
  }
  return true;
}

/** Pure. Null leaves the state as it is: a person, an action or the alerts decide what comes next. */
export function stateAfter(incident: Incident, why: string, at: string): IncidentState | null {
  switch (incident.state.is) {
    case 'open':
    case 'investigating':
      if (incident.finding === null) return { is: 'failed', at, why };
      return allResolved(incident) ? { is: 'monitoring', since: at } : { is: 'concluded', at };
    case 'needs_approval':
    case 'acting':
    case 'monitoring':
    case 'concluded':
    case 'resolved':
    case 'failed':
      return null;
  }
}

/** Once per incident; false when it was done before. */
async function nudge({ client, incidents, signal }: Concluding, incident: Incident, session: string): Promise<boolean> {
  const key = `nudge:${incident.id}`;
  if ((await incidents.intend(key, incident.id)).done) return false;
  const message = { type: 'user.message' as const, content: [{ type: 'text' as const, text: NUDGE }] };
  await client.beta.sessions.events.send(session, { events: [message] }, { signal });
  await incidents.complete(key, session);
  return true;
}

function reasonOf(event: SessionEvent): string {
  if (event.type !== 'session.status_idle') return 'the session ended before it reported a finding';
  switch (event.stop_reason.type) {
    case 'end_turn':
      return 'the investigation ended without a finding';
    case 'retries_exhausted':
      return 'the model could not be reached, or its loop limit was met';
    case 'budget_reached':
      return 'the budget of the session is used up';
    case 'refusal':
      return 'the model refused to go on';
    case 'requires_action':
      return 'the session waits for an answer';
  }
}
