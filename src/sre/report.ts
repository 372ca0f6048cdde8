/** A reported finding: stored when every claim stands in its evidence, sent back with the reasons when not. */
import { type Answering, refuse } from './answering.ts';
import { checkFinding } from './check-finding.ts';
import { finding as findingInput, type UsedRunbook } from './finding.ts';
import type { Incident } from './incident.ts';
import type { Reply, ToolUse } from './reply.ts';
import { revise } from './revise.ts';
import { ageOf } from './runbook.ts';

export async function report(
  { incidents, clock, runbooks }: Answering,
  incident: Incident,
  use: ToolUse,
  input: unknown,
): Promise<Reply> {
  const reported = findingInput.parse(input);
  const unknown = reported.runbooks?.find(({ name }) => !runbooks.has(name));
  if (unknown !== undefined) return refuse(`there is no runbook ${unknown.name}; name one that you read, or none`);
  const finding = { ...reported, ...aged(reported.runbooks, runbooks, clock()) };
  const problems = checkFinding(finding, await incidents.evidence(incident.id));
  const at = new Date(clock()).toISOString();
  if (problems.length > 0) {
    const text = `Finding sent back: ${problems.map(({ where, reasons }) => `${where}: ${reasons.join(', ')}`).join('; ')}`;
    await incidents.note(incident.id, `sent-back:${use.id}`, {
      at,
      kind: 'note',
      actor: 'system',
      text: text.slice(0, 2000),
      ref: use.id,
    });
    return refuse(
      'these statements are not supported by the evidence they cite; correct or drop them and report again',
      {
        unsupported: problems,
      },
    );
  }
  await revise(incidents, incident.id, (current) => ({ ...current, finding }));
  await incidents.note(incident.id, `finding:${use.id}`, {
    at,
    kind: 'finding',
    actor: 'agent',
    text: finding.summary,
    ref: use.id,
  });
  return { isError: false, body: { accepted: true, outcome: finding.outcome, claims: finding.claims.length } };
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
