/** Decides which waiting input a turn takes up now. Pure. What is left out waits, in its order. */
import type { SessionEvent } from '../events.ts';
import { inTurn } from './state/in-turn.ts';
import type { State } from './state.ts';

/**
 * Interrupts go first and stop what they find, also a message that was sent before them and not begun. Answers to
 * open calls are always welcome. Messages wait until no call is open and no retry is pending. When a turn has failed,
 * what is queued is taken up without being worked.
 */
export function admit(state: State, queue: readonly SessionEvent[], now: number): readonly SessionEvent[] {
  if (state.status === 'terminated' || state.request !== null) return [];
  const last = queue.findLastIndex((event) => event.type === 'user.interrupt');
  if (last >= 0) {
    const begun = inTurn(state);
    return queue.filter((event, place) => event.type === 'user.interrupt' || (!begun && place < last));
  }
  const answers = queue.filter(isAnswer);
  if (answers.length > 0) return answers;
  return state.failed !== null || mayTakeMessages(state, now) ? queue : [];
}

function mayTakeMessages(state: State, now: number): boolean {
  const resting = state.retryAt !== null && now < state.retryAt;
  return !state.interrupted && state.calls.length === 0 && state.refusal === null && !resting;
}

function isAnswer(event: SessionEvent): boolean {
  switch (event.type) {
    case 'user.tool_confirmation':
    case 'user.custom_tool_result':
    case 'user.tool_result':
      return true;
    default:
      return false;
  }
}
