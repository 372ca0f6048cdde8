/** Location and scale that a few outliers cannot move. */
import { medianAbsoluteDeviation, medianSorted, quantileSorted } from 'simple-statistics';

/** Makes the MAD of normal data equal to its standard deviation. */
const NORMAL = 1.4826;

export interface Summary {
  n: number;
  min: number;
  max: number;
  mean: number;
  median: number;
  p95: number;
  last: number;
}

/** Summary of values in time order, in their own unit; null when there are none. Non-finite values are left out. */
export function summarise(values: readonly number[]): Summary | null {
  const finite = values.filter((value) => Number.isFinite(value));
  const last = finite.at(-1);
  if (last === undefined) return null;
  const sorted = finite.toSorted((a, b) => a - b);
  return {
    n: finite.length,
    min: sorted[0] ?? last,
    max: sorted.at(-1) ?? last,
    mean: finite.reduce((sum, value) => sum + value, 0) / finite.length,
    median: medianSorted(sorted),
    p95: quantileSorted(sorted, 0.95),
    last,
  };
}

/** Median; 0 for no values. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return medianSorted(values.toSorted((a, b) => a - b));
}

export function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Scaled MAD: about one standard deviation of the quiet part; 0 for a constant, or for fewer than two values. */
export function robustScale(values: readonly number[]): number {
  return values.length < 2 ? 0 : NORMAL * medianAbsoluteDeviation([...values]);
}

/** Noise from one sample to the next, in the values' unit: not inflated by trends and steps as `robustScale` is. */
export function stepNoise(values: readonly number[]): number {
  const steps: number[] = [];
  for (let i = 1; i < values.length; i++) steps.push((values[i] ?? 0) - (values[i - 1] ?? 0));
  const scale = robustScale(steps) / Math.SQRT2;
  if (scale > 0 || steps.length === 0) return scale;
  // Most steps are exactly zero (a small integer gauge): fall back to the mean step.
  return steps.reduce((sum, step) => sum + Math.abs(step), 0) / steps.length;
}
