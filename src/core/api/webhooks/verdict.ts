/** What an attempt came to, and what follows from it. Pure. */
import type { DisabledReason } from './body.ts';

export const MOST_ATTEMPTS = 3;
/** Given up one after the other, without one that arrived: then the endpoint is switched off. */
export const MOST_FAILURES = 20;

export type Attempted = { answered: number } | { refused: true } | { silent: true };
export type Verdict =
  | { outcome: 'delivered' }
  | { outcome: 'retry'; afterMs: number; reason: string }
  | { outcome: 'given_up'; reason: string }
  | { outcome: 'disable'; why: DisabledReason; reason: string };

/** `attempt` counts from 1; `chance` is from 0 up to 1. */
export function judge(attempted: Attempted, attempt: number, chance: number): Verdict {
  if ('refused' in attempted) {
    return { outcome: 'disable', why: 'address_not_public', reason: 'the address is not public' };
  }
  const status = 'answered' in attempted ? attempted.answered : null;
  if (status !== null && status >= 200 && status < 300) return { outcome: 'delivered' };
  if (status !== null && status >= 300 && status < 400) {
    return { outcome: 'disable', why: 'redirect', reason: `a redirect (${status})` };
  }
  const reason = status === null ? 'no answer' : `status ${status}`;
  if (attempt >= MOST_ATTEMPTS) return { outcome: 'given_up', reason };
  return { outcome: 'retry', afterMs: retryDelay(attempt, chance), reason };
}

/** Milliseconds: 5 to 30 s after the first attempt, 30 to 120 s after the second. */
export function retryDelay(attempt: number, chance: number): number {
  const [least, most] = attempt === 1 ? [5_000, 30_000] : [30_000, 120_000];
  return Math.round(least + chance * (most - least));
}
