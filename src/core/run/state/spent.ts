/** What model requests have used up. Pure. */
import type { ModelUsage } from '../../events.ts';
import type { ThreadSpent } from '../../threads.ts';
import type { Memo } from './memo.ts';

export const noneSpent: ThreadSpent = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 };

export function spend(spent: ThreadSpent, usage: ModelUsage, memo: Memo | null): ThreadSpent {
  return together(spent, {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens,
    cacheWrite: usage.cache_creation_input_tokens,
    cost: memo !== null && 'cost' in memo && memo.cost !== undefined ? memo.cost : 0,
  });
}

export function together(one: ThreadSpent, other: ThreadSpent): ThreadSpent {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
    cost: one.cost === null || other.cost === null ? null : one.cost + other.cost,
  };
}
