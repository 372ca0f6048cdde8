/**
 * Saw-teeth. A resource that leaks and is emptied by a restart falls in one step what it gained slowly. Adding each
 * such fall back, as one does for a counter, shows the one slope underneath.
 */
import { quantile } from 'simple-statistics';
import { medianOf, medianOfThree, stepNoise } from './scale.ts';

export type Point = readonly [ms: number, value: number];

export interface Unwrapped {
  points: Point[];
  /** Index of the first sample after each reset. */
  resets: number[];
}

/** Samples compared on each side of a fall. */
const SIDE = 4;

/** Adds back falls that are large against the noise, last, and undo a gradual gain. O(n). */
export function unwrapResets(points: readonly Point[]): Unwrapped {
  const values = points.map(([, value]) => value);
  const noise = stepNoise(values);
  const resets: number[] = [];
  const out: Point[] = [];
  let lift = 0;
  let segment = 0;
  for (let i = 0; i < points.length; i++) {
    const fall = fallAt(values, i, segment, noise);
    if (fall > 0) {
      lift += fall;
      resets.push(i);
      segment = i;
    }
    const point = points[i];
    if (point !== undefined) out.push([point[0], point[1] + lift]);
  }
  return { points: out, resets };
}

function fallAt(values: readonly number[], i: number, segment: number, noise: number): number {
  if (i - segment < 2 * SIDE || i + SIDE > values.length) return 0;
  const step = (values[i - 1] ?? 0) - (values[i] ?? 0);
  if (step <= 3 * noise) return 0;
  // A rolling restart takes several samples: the steepest of them is where the reset is said to be.
  const next = (values[i] ?? 0) - (values[i + 1] ?? 0);
  if (next > step) return 0;
  const high = extreme(values.slice(Math.max(segment, i - 2 * SIDE), i), Math.max);
  const low = extreme(values.slice(i, i + 2 * SIDE), Math.min);
  const fall = high - low;
  if (fall <= 5 * noise || medianOf(values.slice(i, i + SIDE)) > low + 0.5 * fall) return 0;
  return gainedGradually(values.slice(segment, i), high, fall) ? fall : 0;
}

/** Highest or lowest running median of three. */
function extreme(values: readonly number[], pick: (...values: number[]) => number): number {
  const medians = values.slice(2).map((value, k) => medianOfThree(values[k] ?? value, values[k + 1] ?? value, value));
  return medians.length === 0 ? medianOf(values) : pick(...medians);
}

/** The fall undoes what was gained over time, and not a jump. */
function gainedGradually(segment: readonly number[], high: number, fall: number): boolean {
  let largest = 0;
  for (let i = 1; i < segment.length; i++) largest = Math.max(largest, (segment[i] ?? 0) - (segment[i - 1] ?? 0));
  if (largest >= 0.6 * fall) return false;
  const low = quantile([...segment], 0.1);
  const raised = segment.slice(-6 * SIDE).filter((value) => value > low + 0.25 * fall).length;
  // What jumps up within a few samples, stays there and comes back is an episode, and no saw-tooth.
  const between = segment.filter((value) => value > low + 0.25 * fall && value < low + 0.75 * fall).length;
  return high - low > 0.5 * fall && raised >= 2 * SIDE && between >= 2 * SIDE;
}
