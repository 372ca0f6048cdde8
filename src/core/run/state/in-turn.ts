/** Whether something goes on in a thread, or is waited for. Pure. */
import type { SessionStatus } from '../../documents.ts';

interface Standing {
  status: SessionStatus;
  others: readonly unknown[];
  working: boolean;
  retryAt: number | null;
  calls: readonly unknown[];
  owed: boolean;
}

export function inTurn(state: Standing): boolean {
  const runs =
    state.others.length > 0
      ? state.working || state.retryAt !== null
      : state.status === 'running' || state.status === 'rescheduling';
  return runs || state.calls.length > 0 || state.owed;
}

/** True while there is something an interrupt ends: also an outcome that nobody works towards just now. */
export function isStoppable(state: Standing & { outcome: unknown }): boolean {
  return state.outcome !== null || inTurn(state);
}
