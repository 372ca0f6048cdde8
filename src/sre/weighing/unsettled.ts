/** What a report that concludes something must not leave open: what people raised. */
import { type Hypothesis, isOfPerson } from '../hypothesis.ts';
import type { IncidentId } from '../ids.ts';
import type { Incidents } from '../ports/incidents.ts';
import { MOST_ROUNDS } from '../reviewing/settle.ts';
import { revise } from '../revise.ts';

/** Those for which this report goes back. One goes back for a hypothesis as often as for a statement; then that is shown as not settled. */
export async function unsettled(incidents: Incidents, id: IncidentId, use: string): Promise<Hypothesis[]> {
  const after = await revise(incidents, id, (incident) => {
    const hypotheses = counted(incident.hypotheses ?? [], use);
    return hypotheses === null ? incident : { ...incident, hypotheses };
  });
  return (after?.hypotheses ?? []).filter((one) => isWaiting(one) && one.sentBack?.includes(use));
}

function isWaiting(one: Hypothesis): boolean {
  return isOfPerson(one) && one.state.is === 'open';
}

/** Null when there is nothing to count: the same report, as after a crash, counts once. */
function counted(known: readonly Hypothesis[], use: string): Hypothesis[] | null {
  const held = known.filter((one) => {
    const { sentBack = [] } = one;
    return isWaiting(one) && !sentBack.includes(use) && sentBack.length < MOST_ROUNDS - 1;
  });
  if (held.length === 0) return null;
  return known.map((one) => (held.includes(one) ? { ...one, sentBack: [...(one.sentBack ?? []), use] } : one));
}

export function reasonFor({ id, by }: Hypothesis): string {
  const who = by.is === 'person' ? by.name : 'the investigator';
  return `${who} raised ${id} and it is open: look, then settle it with note_hypotheses, inconclusive if the evidence does not decide`;
}
