/** Folded states of sessions driven lately, so that a turn reads only the lines it has not seen. */
import type { SessionId } from '../ids.ts';
import { emptyState, type State } from './state.ts';

export interface StateCache {
  /** What is known, or the empty state. A log only grows, so an old state is never wrong, only short. */
  get(session: SessionId): State;
  keep(session: SessionId, state: State): void;
  forget(session: SessionId): void;
}

const capacity = 32;

export function createStateCache(): StateCache {
  const states = new Map<SessionId, State>();
  return {
    get: (session) => states.get(session) ?? emptyState(),
    keep(session, state) {
      states.delete(session);
      states.set(session, state);
      for (const oldest of states.keys()) {
        if (states.size <= capacity) return;
        states.delete(oldest);
      }
    },
    forget: (session) => {
      states.delete(session);
    },
  };
}
