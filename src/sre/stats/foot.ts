/** Where a step begins: levels part best in the middle of a rise that takes some samples, and it began at its foot. */
import type { Point } from './resets.ts';
import { medianOf, robustScale } from './scale.ts';

/** Samples before it that show the earlier level and its noise. */
const BEFORE = 60;
/** In units of that noise: a sample this far out has left the earlier level, if it is also this share of the way. */
const OUT = 3;
const SHARE = 0.1;

/** Index of the first of the samples in an unbroken row up to `index` that have left the earlier level towards `to`. */
export function footOf(points: readonly Point[], index: number, to: number): number {
  const before = points.slice(Math.max(0, index - BEFORE), index).map(([, value]) => value);
  const level = medianOf(before);
  const out = Math.max(OUT * robustScale(before), SHARE * Math.abs(to - level));
  const left = (k: number): boolean => ((points[k]?.[1] ?? level) - level) * Math.sign(to - level) > out;
  let first = index;
  while (first > 1 && left(first - 1)) first -= 1;
  return first;
}
