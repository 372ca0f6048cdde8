/** An instrument that stopped measuring and goes on saying the last thing it saw. */
import type { Point } from './resets.ts';

/** Fewer samples before say nothing about how often it repeats itself. */
const LEAST_BEFORE = 30;
const LEAST_STILL = 8;
/** How unlikely the run must be, given how often the series repeated itself before. */
const CHANCE = 1e-6;

/**
 * The first moment, milliseconds, since which a series shows one and the same value though it used to move; null when it
 * moves, when standing still is nothing new for it, and when it stands where something else explains it: at nothing, or at
 * the edge of all it has shown (a thing that is full).
 *
 * With `q` the share of steps before that repeated the value (Laplace's rule), a run of `n` steps has the chance `q^n`.
 */
export function standsStillSince(points: readonly Point[]): number | null {
  const value = points.at(-1)?.[1];
  if (value === undefined || value === 0) return null;
  let first = points.length - 1;
  while (first > 0 && points[first - 1]?.[1] === value) first -= 1;
  const still = points.length - first;
  const before = points.slice(0, first).map(([, one]) => one);
  if (still < LEAST_STILL || before.length < LEAST_BEFORE) return null;
  const steps = before.length - 1;
  const repeats = before.filter((one, i) => i > 0 && one === before[i - 1]).length;
  const likely = (repeats + 1) / (steps + 2);
  if ((still - 1) * Math.log(likely) > Math.log(CHANCE)) return null;
  const sorted = before.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0] ?? value, sorted.at(-1) ?? value];
  return value > low && value < high ? (points[first]?.[0] ?? null) : null;
}
