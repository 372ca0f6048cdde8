/** What every source of metrics answers alike: how many points, which series is which, and what an empty answer means. */
import type { MetricQuery } from './metrics.ts';

/** For each series. */
export const MAX_POINTS = 1500;
const MINUTE = 60_000;

/** The step, milliseconds: as asked, or whole minutes so that no series has too many points, which is said. */
export function stepWithin(
  { from, to }: { from: number; to: number },
  askedMs: number,
  { leastMs, warnings }: { leastMs: number; warnings: string[] },
): number {
  const wanted = Math.max(leastMs, askedMs);
  const least = Math.ceil((to - from) / MAX_POINTS / MINUTE) * MINUTE;
  const stepMs = to - from <= MAX_POINTS * wanted ? wanted : least;
  if (stepMs > wanted)
    warnings.push(`the step was widened to ${stepMs / 1000} s: at most ${MAX_POINTS} points a series`);
  return stepMs;
}

/** The same labels in any order give the same text. */
export function labelsKey(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** `x_total`, and the count or sum of a duration or a size: what grows by its name, where nobody said what it is. */
export function growsByName(name: string): boolean {
  return /_total$|_(seconds|milliseconds|bytes)_(count|sum|bucket)$/.test(name);
}

/** `what` a source calls its labels. Nothing is no healthy reading. */
export function noSeries(
  asked: Record<string, string>,
  known: Record<string, readonly string[]>,
  what: 'label' | 'tag',
): string {
  const names = Object.keys(asked);
  if (names.length === 0) return 'no series has samples in this range; that is not a healthy reading';
  const values = names.flatMap((name) => (known[name] === undefined ? [] : [`${name}: ${known[name].join(' | ')}`]));
  // Not repeated: what was asked is no evidence of its own words.
  if (values.length < names.length) values.push(`there is no such ${what} as the other`);
  return `no series has these ${what}s in this range; known values are ${values.join('; ')}`;
}

/** Quantiles must not be added or averaged: an aggregate over those that are `known` takes the highest one. */
export function oneQuantile(
  { labels, groupBy, aggregate }: MetricQuery,
  known: readonly string[],
  warnings: string[],
): Record<string, string> {
  const mixed = labels.quantile === undefined && !groupBy.includes('quantile') && aggregate !== 'none';
  const highest = known.toSorted((left, right) => Number(left) - Number(right)).at(-1);
  if (!mixed || known.length < 2 || highest === undefined) return labels;
  warnings.push(`only quantile ${highest}: quantiles cannot be put together; name one with the label quantile`);
  return { ...labels, quantile: highest };
}
