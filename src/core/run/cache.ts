/** Folded states of logs driven lately, so that a turn reads only the lines it has not seen. */
import { type LogId, threadOf } from '../ids.ts';
import { emptyState, type State } from './state.ts';

export interface StateCache {
  /** What is known, or the empty state. A log only grows, so an old state is never wrong, only short. */
  get(log: LogId): State;
  keep(log: LogId, state: State): void;
  forget(log: LogId): void;
}

const capacity = 32;

export function createStateCache(): StateCache {
  const states = new Map<LogId, State>();
  return {
    get: (log) => states.get(log) ?? emptyState(threadOf(log)),
    keep(log, state) {
      states.delete(log);
      states.set(log, state);
      for (const oldest of states.keys()) {
        if (states.size <= capacity) return;
        states.delete(oldest);
      }
    },
    forget: (log) => {
      states.delete(log);
    },
  };
}
