/** Decides, from what the log says, what a turn does next. Pure: the whole policy of the loop is this one table. */
import type { SessionErrorType, StopReason } from '../events.ts';
import { needsCompaction } from './context/context.ts';
import type { Limits } from './limits.ts';
import type { Call } from './state/calls.ts';
import type { State } from './state.ts';
import type { Step } from './step.ts';
import { advising, isBusy, type Other, together } from './threads/others.ts';

export interface Moment {
  now: number;
  limits: Limits;
  /** The session's budget is used up. */
  broke: boolean;
  /** There is an advisor to be asked: the session's agent may have been changed since the model asked for it. */
  advised: boolean;
  /** Tokens that a request of this thread's model and its answer may have. */
  window: number;
}

export function next(state: State, moment: Moment): Step {
  return ending(state) ?? pausing(state, moment.now) ?? acting(state) ?? asking(state, moment);
}

/** What the past demands before anything new: a request cut off by a crash, an interrupt, an error, a refusal. */
function ending(state: State): Step | null {
  if (state.status === 'terminated') return release(null);
  if (state.request !== null) return { do: 'recover', request: state.request };
  if (state.interrupted || state.failed !== null) {
    if (state.calls.length > 0) return { do: 'close-calls', calls: state.calls };
    const left = advising(state.others);
    if (left !== null) return { do: 'close-advice', thread: left.id };
    return idle(state.interrupted ? { type: 'end_turn' } : { type: 'retries_exhausted' });
  }
  return state.refusal === null ? null : { do: 'idle', why: { type: 'refusal' }, details: state.refusal };
}

function pausing(state: State, now: number): Step | null {
  return state.retryAt !== null && now < state.retryAt ? release(state.retryAt) : null;
}

/** Open calls: those nobody has to be asked about run at once, the others when the last answer is in. */
function acting(state: State): Step | null {
  const pending = state.calls.filter(waitsForClient);
  const ready = state.calls.filter((call) => !waitsForClient(call));
  const unasked = ready.filter((call) => call.decision === null);
  if (unasked.length > 0) return { do: 'use-tools', calls: unasked };
  if (pending.length > 0) return rest(state, { type: 'requires_action', event_ids: pending.map((call) => call.id) });
  return ready.length > 0 ? { do: 'use-tools', calls: ready } : null;
}

function asking(state: State, { limits, broke, advised, window }: Moment): Step {
  if (!state.owed && !mayGrade(state)) return done(state);
  const beyond = givingUp(state, limits);
  if (beyond !== null) return beyond;
  const adviser = advising(state.others)?.id ?? null;
  if (adviser !== null && (broke || !advised)) return { do: 'close-advice', thread: adviser };
  if (broke) return rest(state, { type: 'budget_reached' });
  if (state.advice && advised) return { do: 'consult', thread: adviser };
  if (!state.owed && state.outcome !== null) return { do: 'evaluate', outcome: state.outcome };
  if (!needsCompaction(state.context, window)) return { do: 'call-model' };
  if (state.context.tries < limits.compactions) return { do: 'compact' };
  return fail('compaction_limit_reached_error', 'The conversation does not fit the model, however it is summarized.');
}

/** What has gone wrong too often in this turn, or gone on for too long. */
function givingUp(state: State, limits: Limits): Step | null {
  if (state.crashes > limits.recoveries) return fail('unknown_error', 'The turn was interrupted by too many crashes.');
  if (state.refused > limits.refusedAnswers)
    return fail(limitReached, 'The model kept making calls that cannot be executed.');
  const isOver = state.requests >= limits.requestsPerTurn || state.continued > limits.continuations;
  return isOver ? overLimit(state, limits) : null;
}

/** True while only the client can move this call: by a decision, or by running it and sending the result. */
export function waitsForClient(call: Call): boolean {
  if (call.decision?.allow === false || call.permission === 'deny') return false;
  if (call.permission === 'ask' && call.decision === null) return true;
  return call.by === 'client';
}

/** Announces a pause once; while the same pause lasts there is nothing to say. */
function rest(state: State, why: StopReason): Step {
  if (state.others.some(isBusy)) return !state.working && same(state.paused, why) ? release(null) : idle(why);
  const whole = together(why, state.others);
  return state.status === 'idle' && same(state.rested, whole) ? release(null) : idle(why);
}

/**
 * Only what was worked on is graded, and only when no other thread is still at it, or waits for an answer to go on. A pause on
 * the way is no end of it, and neither is an end of the primary's turn that others outlived without a word to it.
 */
function mayGrade(state: State): boolean {
  const rested = state.paused?.type === 'budget_reached' || state.paused?.type === 'end_turn';
  const atIt = state.working || state.retryAt !== null || rested;
  return state.outcome !== null && atIt && !state.others.some((other) => isBusy(other) || waits(other));
}

function waits({ rested }: Other): boolean {
  return rested?.type === 'requires_action';
}

function done(state: State): Step {
  const end: StopReason = { type: 'end_turn' };
  if (state.others.length > 0) return rest(state, state.working ? end : (state.paused ?? end));
  return state.status === 'idle' ? release(null) : idle(end);
}
function same(a: StopReason | null, b: StopReason): boolean {
  if (a?.type !== b.type) return false;
  return a.type !== 'requires_action' || b.type !== 'requires_action' || a.event_ids.join() === b.event_ids.join();
}

function idle(why: StopReason): Step {
  return { do: 'idle', why, details: null };
}
function release(wakeAt: number | null): Step {
  return { do: 'release', wakeAt };
}
function fail(error: SessionErrorType, message: string): Step {
  return { do: 'fail', error, message };
}
const limitReached = 'tool_use_limit_reached_error';
/** Another agent's thread ends with it. */
function overLimit({ own }: State, limits: Limits): Step {
  const goOn = own === null ? ' Send a message to go on.' : '';
  return fail(limitReached, `The turn reached its limit of ${limits.requestsPerTurn} model requests.${goOn}`);
}
