/**
 * A reported finding: stored when every claim stands in its evidence, by machine and by a second reader, sent back with
 * the reasons when not. What a second reader has left out of it, or could not judge, is on record beside it.
 */
import { type Answering, refuse } from './answering.ts';
import { checkFinding, type Unsupported } from './check-finding.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, finding as findingInput, type UsedRunbook } from './finding.ts';
import type { Hypothesis } from './hypothesis.ts';
import type { Incident } from './incident.ts';
import type { Grading, Review } from './review.ts';
import { concludes } from './reviewing/rubric.ts';
import { type Settled, settle } from './reviewing/settle.ts';
import { revise } from './revise.ts';
import { ageOf } from './runbook.ts';
import { MOST_READINGS } from './session/budget.ts';
import type { Reply, ToolUse } from './session/reply.ts';
import { afterReading } from './weighing/after-reading.ts';
import { reasonFor, unsettled } from './weighing/unsettled.ts';

export async function report(answering: Answering, incident: Incident, use: ToolUse, input: unknown): Promise<Reply> {
  const { incidents, clock, runbooks } = answering;
  const reported = findingInput.parse(input);
  const unknown = reported.runbooks?.find(({ name }) => !runbooks.has(name));
  if (unknown !== undefined) return refuse(`there is no runbook ${unknown.name}; name one that you read, or none`);
  const finding = { ...reported, ...aged(reported.runbooks, runbooks, clock()) };
  const evidence = await incidents.evidence(incident.id);
  const problems = checkFinding(finding, evidence, incident.alerts);
  const open = concludes(finding) ? await unsettled(incidents, incident.id, use.id) : [];
  if (problems.length > 0 || open.length > 0) {
    return await sendBack(answering, incident, use, problems, problems.length > 0 ? CITED : SETTLED, open);
  }
  const { review, settled } = await secondReading(answering, incident, use, finding, evidence);
  if (settled.fate === 'sent_back') {
    await revise(incidents, incident.id, (current) => ({ ...current, review }));
    return await sendBack(answering, incident, use, settled.problems, READ);
  }
  await revise(incidents, incident.id, (current) => ({
    ...current,
    ...{ finding: settled.finding, review },
    hypotheses: [...afterReading(current.hypotheses ?? [], finding, review)],
  }));
  await incidents.note(incident.id, `finding:${use.id}`, {
    at: new Date(clock()).toISOString(),
    kind: 'finding',
    actor: 'agent',
    text: settled.finding.summary,
    ref: use.id,
  });
  const { outcome, claims } = settled.finding;
  const changed = settled.notes.length === 0 ? {} : { changed: settled.notes };
  return { isError: false, body: { accepted: true, outcome, claims: claims.length, ...changed } };
}

const CITED = 'these statements are not supported by the evidence they cite; correct or drop them and report again';
const SETTLED = 'people raised hypotheses that are open; settle each with note_hypotheses, then report again';
const READ =
  'a second reader, who sees only the finding and its evidence, does not find these statements supported; look again, correct or drop them and report again';

async function sendBack(
  { incidents, clock }: Answering,
  incident: Incident,
  use: ToolUse,
  problems: readonly Unsupported[],
  error: string,
  open: readonly Hypothesis[] = [],
): Promise<Reply> {
  const why = [...problems.map(({ where, reasons }) => `${where}: ${reasons.join(', ')}`), ...open.map(reasonFor)];
  const text = `Finding sent back: ${why.join('; ')}`;
  await incidents.note(incident.id, `sent-back:${use.id}`, {
    at: new Date(clock()).toISOString(),
    kind: 'note',
    actor: 'system',
    text: text.slice(0, 2000),
    ref: use.id,
  });
  const unsettled = open.map((one) => ({ id: one.id, statement: one.statement, why: reasonFor(one) }));
  return refuse(error, { unsupported: problems, ...(unsettled.length === 0 ? {} : { unsettled }) });
}

/** After a crash the same report may come here again: its reading counts once. */
async function secondReading(
  { incidents, grade, signal }: Answering,
  { id }: Incident,
  use: ToolUse,
  finding: Finding,
  evidence: readonly Evidence[],
): Promise<{ review: Review; settled: Settled }> {
  const before = (await incidents.get(id))?.review ?? null;
  if (before?.use === use.id) return { review: before, settled: settle(finding, before.grading, before.round) };
  const round = before?.fate === 'sent_back' ? before.round + 1 : 1;
  const readings = before?.readings ?? 0;
  const kept = (by: string, grading: Grading, count: number) => {
    const settled = settle(finding, grading, round);
    return { review: { use: use.id, by, round, readings: count, grading, fate: settled.fate }, settled };
  };
  if (!concludes(finding)) return kept('nobody', { is: 'not_needed' }, readings);
  if (readings >= MOST_READINGS)
    return kept('nobody', { is: 'not_graded', why: `findings of this incident were read ${readings} times` }, readings);
  const { by, grading } = await grade({ incident: id, use: use.id, finding, evidence, signal });
  return kept(by, grading, readings + 1);
}

/** How old a runbook is and where it comes from is known here; nobody has to be believed about it. */
function aged(
  used: UsedRunbook[] | undefined,
  known: Answering['runbooks'],
  now: number,
): { runbooks?: UsedRunbook[] } {
  if (used === undefined || used.length === 0) return {};
  const runbooks = used.map((one) => {
    const about = known.get(one.name);
    return { ...one, age: ageOf(about?.lastReviewed ?? null, now), sources: about?.sources ?? null };
  });
  return { runbooks };
}
