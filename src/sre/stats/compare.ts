/**
 * Before against after, by the robust maximum (as BARO scores, ASE'24) and by the shift of the median over the
 * interquartile range, each with floors so that a tiny wobble of a quiet series cannot win.
 */
import { quantileSorted } from 'simple-statistics';
import { medianOf, robustScale } from './scale.ts';

export interface Floors {
  /** Smallest scale in the series' own unit. */
  absolute: number;
  /** Smallest scale as a share of the earlier median. */
  relative: number;
}
export const FLOORS: Floors = { absolute: 1e-9, relative: 0.05 };

export interface Comparison {
  before: number;
  after: number;
  /** after minus before, medians. */
  delta: number;
  /** after over before; null when before is 0. */
  ratio: number | null;
  /** Largest distance of a later value from the earlier median, in earlier scales. Unsigned. */
  maxScore: number;
  /** Distance of the medians in interquartile ranges. Signed. */
  shiftScore: number;
}

/** Null when either side has fewer than three values: too little to say anything. */
export function compare(
  before: readonly number[],
  after: readonly number[],
  floors: Floors = FLOORS,
): Comparison | null {
  if (before.length < 3 || after.length < 3) return null;
  const from = medianOf(before);
  const to = medianOf(after);
  const floor = Math.max(floors.absolute, floors.relative * Math.abs(from));
  const sorted = before.toSorted((a, b) => a - b);
  const spread = quantileSorted(sorted, 0.75) - quantileSorted(sorted, 0.25);
  const farthest = after.reduce((most, value) => Math.max(most, Math.abs(value - from)), 0);
  return {
    before: from,
    after: to,
    delta: to - from,
    ratio: from === 0 ? null : to / from,
    maxScore: farthest / Math.max(robustScale(before), floor),
    shiftScore: (to - from) / Math.max(spread, floor),
  };
}
