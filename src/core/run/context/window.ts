import type { Turn } from '../turn.ts';

/** Tokens that a request of this thread's model and its answer may have. A model that is unknown says so when it is asked. */
export function windowOf({ agent, limits, ports }: Pick<Turn, 'agent' | 'limits' | 'ports'>): number {
  try {
    return ports.models.for(agent().model.id).contextTokens ?? limits.contextTokens;
  } catch {
    return limits.contextTokens;
  }
}
