/** What model requests have used up. Pure. */
import type { ModelUsage } from '../../events.ts';
import type { ThreadSpent } from '../../threads.ts';
import type { Memo } from './memo.ts';

export const noUsage: ModelUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
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

/** What no event of its own tells. */
export function spendCut(spent: ThreadSpent, memo: Memo | null): ThreadSpent {
  return memo?.kind === 'cut' ? spend(spent, memo.usage ?? noUsage, memo) : spent;
}

export function usedTogether(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    ...other,
    input_tokens: one.input_tokens + other.input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    cache_creation_input_tokens: one.cache_creation_input_tokens + other.cache_creation_input_tokens,
    cache_read_input_tokens: one.cache_read_input_tokens + other.cache_read_input_tokens,
  };
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
