/** A write tool's plan → a stored action that waits for a person. The model's call stays open until then. */

import { digest } from '../lib/digest.ts';
import type { Action } from './action.ts';
import { resultOf } from './action-result.ts';
import { type Answering, refuse } from './answering.ts';
import { mint } from './ids.ts';
import type { Incident } from './incident.ts';
import { revise } from './revise.ts';
import type { Reply, ToolUse } from './session/reply.ts';
import type { Proposal } from './tool.ts';

export async function propose(
  { incidents, clock, approvalMinutes }: Answering,
  incident: Incident,
  use: ToolUse,
  plan: () => Promise<Proposal>,
): Promise<Reply | null> {
  const known = await incidents.actionFor(incident.id, use.id);
  if (known !== null) {
    await ask({ incidents }, incident, known);
    return resultOf(known);
  }
  const why = await refusal({ incidents }, incident);
  if (why !== null) return refuse(why);
  const proposal = await planned(plan);
  if (!proposal.ok) return refuse(proposal.error);
  const recorded = await incidents.evidenceIndex(incident.id);
  const missing = proposal.evidence.filter((id) => recorded.every((evidence) => evidence.id !== id));
  if (missing.length > 0) return refuse(`${missing.join(', ')}: no such evidence in this incident`);
  const now = clock();
  const action = await incidents.propose({
    id: mint('act', now),
    incident: incident.id,
    toolUseId: use.id,
    plan: proposal.plan,
    digest: digest(proposal.plan),
    risk: proposal.risk,
    rollback: proposal.rollback,
    evidence: proposal.evidence,
    runbook: proposal.runbook,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + approvalMinutes * 60_000).toISOString(),
    state: { is: 'proposed' },
  });
  await ask({ incidents }, incident, action);
  return resultOf(action);
}

/** People are asked about one thing at a time, and never before they can read why. */
async function refusal({ incidents }: Pick<Answering, 'incidents'>, incident: Incident): Promise<string | null> {
  const current = await incidents.get(incident.id);
  if (current?.finding == null) return 'report the finding first: whoever approves must be able to read it';
  if (current.review?.fate === 'withheld')
    return 'a second reader did not find the cause in its evidence: nothing can be proposed for it';
  const actions = await incidents.actions(incident.id);
  const open = actions.some(({ state }) => ['proposed', 'approved', 'executing'].includes(state.is));
  return open ? 'another action of this incident still waits for a person' : null;
}

async function planned(plan: () => Promise<Proposal>): Promise<Proposal> {
  try {
    return await plan();
  } catch (error) {
    return { ok: false, error: `the change could not be prepared: ${error instanceof Error ? error.message : error}` };
  }
}

/** Says what is asked, even when a person was so quick that it is settled by now, and lets the incident wait for them. */
async function ask({ incidents }: Pick<Answering, 'incidents'>, incident: Incident, action: Action): Promise<void> {
  await incidents.note(incident.id, `proposed:${action.id}`, {
    at: action.createdAt,
    kind: 'decide',
    actor: 'system',
    text: `Waits for a person: ${action.plan.title} (${action.plan.repository}, ${filesOf(action)})`,
    ref: action.id,
  });
  if (action.state.is !== 'proposed') return;
  await revise(incidents, incident.id, (current) =>
    current.state.is === 'needs_approval' || current.state.is === 'resolved'
      ? current
      : { ...current, state: { is: 'needs_approval', action: action.id } },
  );
}

function filesOf({ plan }: Action): string {
  return plan.files.length === 1 ? '1 file' : `${plan.files.length} files`;
}
