/**
 * Saw-teeth. A resource that leaks and is emptied by a restart falls in one step what it gained slowly. Adding each
 * such fall back, as one does for a counter, shows the one slope underneath.
 */
import { medianOf, stepNoise } from './scale.ts';

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
  const high = medianOf(values.slice(i - SIDE, i));
  const low = medianOf(values.slice(i, i + SIDE));
  const fall = high - low;
  if (fall <= 4 * noise) return 0;
  // The best of the neighbouring samples is the reset: the one with the steepest step.
  const next = (values[i] ?? 0) - (values[i + 1] ?? 0);
  if (next > step) return 0;
  return gainedGradually(values.slice(segment, i), fall) ? fall : 0;
}

function gainedGradually(segment: readonly number[], fall: number): boolean {
  const third = Math.max(2, Math.floor(segment.length / 3));
  const gain = medianOf(segment.slice(-third)) - medianOf(segment.slice(0, third));
  let largest = 0;
  for (let i = 1; i < segment.length; i++) largest = Math.max(largest, (segment[i] ?? 0) - (segment[i - 1] ?? 0));
  return gain > 0.3 * fall && largest < 0.7 * fall;
}
