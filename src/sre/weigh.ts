/** Hypotheses as the investigator sees them: opened, and settled where the evidence that is cited holds what is said of it. */
import { type Answering, refuse } from './answering.ts';
import { checkStatements } from './check-finding.ts';
import { type Hypothesis, hypothesisNotes, isOfPerson } from './hypothesis.ts';
import type { Incident } from './incident.ts';
import { revise } from './revise.ts';
import type { Reply, ToolUse } from './session/reply.ts';
import { type Applied, applyNotes } from './weighing/apply-notes.ts';

export async function weigh(
  { incidents, clock }: Answering,
  { id }: Incident,
  use: ToolUse,
  input: unknown,
): Promise<Reply> {
  const { hypotheses: notes } = hypothesisNotes.parse(input);
  const said = notes.flatMap(({ state, why, evidence }, place) =>
    state === 'open' ? [] : [{ where: `hypotheses[${place}]`, text: why ?? '', ids: evidence, name: null }],
  );
  const unsupported = said.length === 0 ? [] : checkStatements(said, await incidents.evidence(id));
  const at = new Date(clock()).toISOString();
  let applied: Applied = { hypotheses: [], noted: [], refused: [] };
  const after = await revise(incidents, id, (incident) => {
    const known = incident.hypotheses ?? [];
    applied = applyNotes(known, notes, unsupported, at);
    const changed = applied.hypotheses.some((one, place) => one !== known[place]);
    return changed ? { ...incident, hypotheses: [...applied.hypotheses] } : incident;
  });
  const { noted, refused } = applied;
  for (const one of noted.filter(isOfPerson)) {
    const text = settledWords(one);
    if (text === null) continue;
    await incidents.note(id, `weighed:${use.id}:${one.id}`, {
      at,
      kind: 'hypothesis',
      actor: 'agent',
      text,
      ref: use.id,
    });
  }
  const body = {
    noted: noted.map((one) => ({ id: one.id, state: one.state.is })),
    open_of_people: (after?.hypotheses ?? [])
      .filter((one) => isOfPerson(one) && one.state.is === 'open')
      .map(({ id: number, statement }) => ({ id: number, statement })),
  };
  if (refused.length > 0) return refuse('these were not noted; correct them, the others stand', { refused, ...body });
  return { isError: false, body };
}

/** For the room, where whoever raised it waits for an answer. */
function settledWords({ id, by, statement, state }: Hypothesis): string | null {
  if (by.is !== 'person' || state.is === 'open') return null;
  return `${id} of ${by.name}, "${statement}": ${state.is}. ${state.why} [${state.evidence.join(' ')}]`;
}
