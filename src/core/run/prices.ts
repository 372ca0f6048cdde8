/** List prices, dollars per million tokens, as published on 2026-02-01. A model that is not here has no price. */
import type { ModelUsage } from '../events.ts';

interface Price {
  model: RegExp;
  input: number;
  output: number;
}
const prices: readonly Price[] = [
  { model: /^claude-opus-4-[56](-\d{8})?$/, input: 5, output: 25 },
  { model: /^claude-sonnet-4-[56](-\d{8})?$/, input: 3, output: 15 },
  { model: /^claude-haiku-4-5(-\d{8})?$/, input: 1, output: 5 },
];
const cacheWrite = 1.25;
const cacheRead = 0.1;

/** True when every request of the model can be priced, so that a budget can hold it. */
export function hasListPrice(model: string, speed: 'standard' | 'fast'): boolean {
  return speed === 'standard' && prices.some((known) => known.model.test(model));
}

/**
 * Millionths of a dollar for one request, or null when its price is unknown (also at `fast` speed). A request
 * that used nothing costs nothing.
 */
export function listCost(model: { id: string; speed: 'standard' | 'fast' }, usage: ModelUsage): number | null {
  if (usage.input_tokens + usage.output_tokens === 0) return 0;
  const price = prices.find((known) => known.model.test(model.id));
  if (price === undefined || (usage.speed ?? model.speed) === 'fast') return null;
  const read =
    usage.input_tokens + usage.cache_creation_input_tokens * cacheWrite + usage.cache_read_input_tokens * cacheRead;
  return read * price.input + usage.output_tokens * price.output;
}
