/** A person's click → approved or rejected, once. Every refusal has its own reason. */
import type { Action, ActionState, Decision, Person, Ruling } from './action.ts';
import type { Incidents } from './ports/incidents.ts';

/** Ids of the people who may approve; `anyone` who can reach the surface may when the list is empty. */
export interface Approvers {
  allowed: readonly string[];
}

export async function decide(
  { incidents, approvers, now }: { incidents: Incidents; approvers: Approvers; now: () => number },
  decision: Decision,
): Promise<{ ruling: Ruling; action: Action | null }> {
  const action = await incidents.action(decision.action);
  const ruling = rule(action, decision, approvers, now());
  if (action === null || !ruling.allowed) return { ruling, action };
  // Plan, digest and expiry of an action never change, so comparing them above and setting the state only where it is
  // still `proposed` is one compare-and-set.
  const won = await incidents.advance(action.id, 'proposed', outcomeOf(decision, now()));
  const decided = await incidents.action(action.id);
  return { ruling: won ? ruling : { allowed: false, why: 'already_decided' }, action: decided };
}

/** Pure: may this click decide this action at this moment? */
export function rule(action: Action | null, decision: Decision, approvers: Approvers, now: number): Ruling {
  if (action === null) return { allowed: false, why: 'unknown' };
  if (decision.isBot === true) return { allowed: false, why: 'is_bot' };
  if (!mayApprove(approvers, decision.by)) return { allowed: false, why: 'not_permitted' };
  if (action.digest !== decision.digest) return { allowed: false, why: 'digest_mismatch' };
  if (action.state.is === 'expired') return { allowed: false, why: 'expired' };
  if (action.state.is !== 'proposed') return { allowed: false, why: 'already_decided' };
  if (now >= Date.parse(action.expiresAt)) return { allowed: false, why: 'expired' };
  return { allowed: true };
}

/** What Slack calls a person. */
const SLACK_ID = /^[UW][A-Z0-9]{4,}$/;

/**
 * Slack vouches for who clicked. At every other door whoever holds the key says a name, so an id of Slack in the list
 * counts at Slack's door only.
 */
export function mayApprove({ allowed }: Approvers, { id, via }: Person): boolean {
  return allowed.length === 0 || (allowed.includes(id) && (via === 'slack' || !SLACK_ID.test(id)));
}

function outcomeOf({ verdict, by, reason }: Decision, now: number): ActionState {
  const at = new Date(now).toISOString();
  return verdict === 'approve' ? { is: 'approved', by, at } : { is: 'rejected', by, at, reason };
}
