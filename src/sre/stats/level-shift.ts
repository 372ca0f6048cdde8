/** One split in time that best makes two levels: least squares, one pass over prefix sums, O(n). */
import type { Point } from './resets.ts';

export interface Split {
  /** First sample of the later part. */
  index: number;
  from: number;
  to: number;
  /** Squared error that remains. */
  sse: number;
}

/** Null when there are fewer than `2 * side` samples. `side` keeps a single spike at an end from being a level. */
export function levelShift(points: readonly Point[], side = 4): Split | null {
  const n = points.length;
  if (n < 2 * side) return null;
  let total = 0;
  let squares = 0;
  for (const [, value] of points) {
    total += value;
    squares += value * value;
  }
  let best: Split | null = null;
  let left = 0;
  for (let k = 1; k <= n - side; k++) {
    left += points[k - 1]?.[1] ?? 0;
    if (k < side) continue;
    const right = total - left;
    const sse = squares - (left * left) / k - (right * right) / (n - k);
    if (best === null || sse < best.sse)
      best = { index: k, from: left / k, to: right / (n - k), sse: Math.max(0, sse) };
  }
  return best;
}
