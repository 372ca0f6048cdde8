/**
 * Drives one action to its end, from whatever state a crash left it in: approved → executing → done. The record is
 * executed, never the model's words; the forge looks before each step, so running twice ends with one pull request.
 */

import { backoff } from '../lib/backoff.ts';
import { digest } from '../lib/digest.ts';
import type { Action, ActionState } from './action.ts';
import { resultOf } from './action-result.ts';
import { type Approvers, mayApprove } from './decide.ts';
import type { ActionId } from './ids.ts';
import type { IncidentState, TimelineEntry } from './incident.ts';
import type { Opened } from './ports/forge.ts';
import type { Incidents } from './ports/incidents.ts';
import { revise } from './revise.ts';
import type { Reply } from './session/reply.ts';
import type { Sources } from './sources.ts';

export interface Acting {
  incidents: Incidents;
  forge: Sources['forge'];
  approvers: Approvers;
  clock: () => number;
  /** Gives the result to the session that waits for it; once, also after a crash. */
  reply: (action: Action, reply: Reply) => Promise<void>;
  signal: AbortSignal;
}

/** An approval that could not be used for this long is asked again. */
const USABLE_MS = 30 * 60_000;
const FORGE_ATTEMPTS = 6;
const TAMPERED = 'the stored plan no longer has the digest that was approved';

export async function act(acting: Acting, id: ActionId): Promise<void> {
  for (let action = await acting.incidents.action(id); action !== null; action = await acting.incidents.action(id)) {
    if (acting.signal.aborted) return;
    const before = action.state.is;
    await step(acting, action);
    if ((await acting.incidents.action(id))?.state.is === before) return;
  }
}

async function step(acting: Acting, action: Action): Promise<void> {
  const { incidents, clock } = acting;
  const at = new Date(clock()).toISOString();
  const { state } = action;
  switch (state.is) {
    case 'proposed':
      if (clock() >= Date.parse(action.expiresAt))
        await incidents.advance(action.id, 'proposed', { is: 'expired', at });
      return;
    case 'approved': {
      const why = objection(acting, action, state);
      const next: ActionState = why === null ? { ...state, is: 'executing', startedAt: at } : { is: 'void', at, why };
      await incidents.advance(action.id, 'approved', next);
      return;
    }
    case 'executing': {
      // Again: between the check and this moment may lie a crash and whatever was done to the file meanwhile.
      if (digest(action.plan) !== action.digest) {
        await incidents.advance(action.id, 'executing', { is: 'void', at, why: TAMPERED });
        return;
      }
      await tell(acting, action, { is: 'acting', action: action.id });
      const opened = await open(acting, action);
      if (opened !== null) await incidents.advance(action.id, 'executing', after(opened, state, at));
      return;
    }
    case 'done':
      await tell(acting, action, { is: 'monitoring', since: at });
      return finish(acting, action);
    case 'rejected':
    case 'expired':
    case 'void':
    case 'failed':
      await tell(acting, action, { is: 'investigating' });
      return finish(acting, action);
  }
}

/** Everything that was checked at the click is checked again where it counts. */
function objection(
  { approvers, clock }: Acting,
  action: Action,
  state: Extract<ActionState, { is: 'approved' }>,
): string | null {
  if (digest(action.plan) !== action.digest) return TAMPERED;
  if (!mayApprove(approvers, state.by)) return `${state.by.name} may no longer approve`;
  if (clock() - Date.parse(state.at) > USABLE_MS) return 'the approval is too old to be used; ask again';
  return null;
}

/** Null when this process is being stopped; the next one goes on. */
async function open({ forge, signal }: Acting, action: Action): Promise<Opened | null> {
  let last: Opened | null = null;
  for await (const _attempt of backoff(signal, { first: 500, attempts: FORGE_ATTEMPTS })) {
    last = await forge.open(action.plan, signal).catch(
      (error: unknown): Opened => ({
        ok: false,
        why: 'unreachable',
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
    if (last.ok || last.why !== 'unreachable') return last;
  }
  return signal.aborted ? null : last;
}

function after(opened: Opened, state: Extract<ActionState, { is: 'executing' }>, at: string): ActionState {
  const { by } = state;
  if (opened.ok) return { is: 'done', by, at, url: opened.url, number: opened.number, branch: opened.branch };
  switch (opened.why) {
    case 'base_moved':
      return { is: 'void', at, why: `the base branch moved after the approval: ${opened.detail}` };
    case 'rejected':
    case 'unreachable':
      return { is: 'failed', by, at, why: opened.detail };
  }
}

/** The result goes back first, then it is noted as sent; `reply` itself looks whether it has arrived. */
async function finish({ incidents, reply }: Acting, action: Action): Promise<void> {
  const result = resultOf(action);
  const key = `result:${action.id}`;
  if (result === null || (await incidents.intend(key, action.incident)).done) return;
  await reply(action, result);
  await incidents.complete(key, action.state.is);
}

async function tell({ incidents }: Acting, action: Action, next: IncidentState): Promise<void> {
  const { kind, text, at } = line(action);
  const actor = action.state.is === 'rejected' ? 'human' : 'system';
  await incidents.note(action.incident, `action:${action.id}:${action.state.is}`, {
    at,
    kind,
    actor,
    text,
    ref: action.id,
  });
  await revise(incidents, action.incident, (incident) => {
    const { is } = incident.state;
    // A click can be faster than the word that somebody is asked, when a crash held that up.
    const mine = is === 'needs_approval' || is === 'acting' || (is === 'investigating' && next.is === 'acting');
    return mine && is !== next.is ? { ...incident, state: next } : incident;
  });
}

function line({ state, plan, createdAt }: Action): Pick<TimelineEntry, 'kind' | 'text' | 'at'> {
  switch (state.is) {
    case 'proposed':
    case 'approved':
      return { kind: 'decide', at: createdAt, text: plan.title };
    case 'executing':
      return { kind: 'decide', at: state.at, text: `${state.by.name} approved: ${plan.title}` };
    case 'done':
      return {
        kind: 'act',
        at: state.at,
        text: `Opened ${state.url}${state.url.endsWith(state.branch) ? '' : ` on branch ${state.branch}`}`,
      };
    case 'rejected':
      return { kind: 'decide', at: state.at, text: `${state.by.name} rejected: ${state.reason || 'no reason given'}` };
    case 'expired':
      return { kind: 'decide', at: state.at, text: 'Nobody decided in time; the proposal has expired' };
    case 'void':
      return { kind: 'decide', at: state.at, text: `The approval no longer counts: ${state.why}` };
    case 'failed':
      return { kind: 'error', at: state.at, text: `The pull request could not be opened: ${state.why}` };
  }
}
