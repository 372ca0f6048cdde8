/** A person's decision, sent with the digest of what that person saw. */
import { userInfo } from 'node:os';
import type { Api } from './api.ts';
import { CommandFailed } from './fail.ts';
import { type Action, action as actionShape, decided, incidentDetail } from './wire.ts';

const refusals: Record<string, { message: string; hint: string }> = {
  unknown: { message: 'The server knows no such action.', hint: 'List open ones with `vigil incidents --open`.' },
  digest_mismatch: {
    message: 'The proposal is not the one that was shown; nothing was done.',
    hint: 'Look at it again with `vigil approve ACTION` and decide on what it shows.',
  },
  already_decided: {
    message: 'Somebody decided this already; nothing was done.',
    hint: 'See `vigil incidents INCIDENT`.',
  },
  expired: {
    message: 'The proposal has expired; nothing was done.',
    hint: 'Vigil asks again against the current state; look for the new action.',
  },
  not_permitted: { message: 'This key may not decide.', hint: 'Ask someone who may approve changes.' },
  is_bot: { message: 'Only people may decide.', hint: 'Use a key that belongs to a person.' },
};

/** An action by its own id, or the one that waits in an incident. */
export async function findAction(api: Api, id: string): Promise<Action> {
  if (!id.startsWith('inc_')) return api.get(`/api/actions/${encodeURIComponent(id)}`, actionShape);
  const { actions } = await api.get(`/api/incidents/${encodeURIComponent(id)}`, incidentDetail);
  const waiting = actions.find((action) => action.state.is === 'proposed');
  if (waiting !== undefined) return waiting;
  throw new CommandFailed(`${id} has no action that waits for a decision.`, { hint: `See \`vigil incidents ${id}\`.` });
}

export interface Choice {
  verdict: 'approve' | 'reject';
  reason?: string;
  name?: string;
}

export async function decide(api: Api, action: Pick<Action, 'id' | 'digest'>, choice: Choice): Promise<Action | null> {
  const payload = { digest: action.digest, via: 'cli', name: personHere(), ...choice };
  const answer = await api.post(`/api/actions/${encodeURIComponent(action.id)}/decision`, payload, decided);
  if (answer.ruling.allowed) return answer.action;
  const known = refusals[answer.ruling.why ?? ''];
  throw new CommandFailed(known?.message ?? `Refused: ${answer.ruling.why ?? 'no reason given'}.`, {
    hint: known?.hint ?? null,
  });
}

/** Who sits here, for the record; an account without a name in the system has none. */
export function personHere(): string {
  try {
    return userInfo().username;
  } catch {
    return 'cli';
  }
}
