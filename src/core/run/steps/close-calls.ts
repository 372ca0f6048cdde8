import { callError } from '../draft.ts';
import type { Call } from '../state/calls.ts';
import type { Turn } from '../turn.ts';

/** Gives every open call the result it would otherwise never have. */
export function closeCalls(turn: Turn, calls: readonly Call[]): void {
  const now = turn.now();
  turn.stage({ rows: calls.map((call) => ({ event: callError(call, reason(turn), now) })) });
}

function reason(turn: Turn): string {
  return turn.state().failed !== null
    ? 'The turn failed before this call was finished. It was not executed here; make it again if it is still needed.'
    : 'Execution was interrupted by the user before this call was finished. Make it again if it is still needed.';
}
