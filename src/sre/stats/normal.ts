/** What is normal of a series: its middle, and how far it strays from it on its own. */
import { medianSorted, quantileSorted } from 'simple-statistics';

export interface Normal {
  median: number;
  /** One unit of "farther than it strays by itself", in the series' unit; never 0. */
  scale: number;
}
export interface Floors {
  /** Smallest scale in the series' own unit: what nobody would call a change, as half a point of a percentage. */
  absolute: number;
  /** Smallest scale as a share of the median. */
  relative: number;
}

/** Enough for a quantile of 0.98, and bounded: longer histories are read at even distances. */
const MOST = 1500;
/** Makes the interquartile range of normal data equal to one standard deviation. */
const NORMAL_IQR = 1.349;

/**
 * Null for fewer than three values. The scale is the largest of three standard deviations (by the interquartile range,
 * which outliers do not move), the distance that a share of `tailShare` keeps (a series with heavy tails strays far
 * without meaning anything), and the floors; wider for few values, of which `independent` count. O(n) reading, sorts at
 * most 1,500 values.
 */
export function normalOf(
  values: Float64Array,
  floors: Floors,
  tailShare = 0.98,
  independent: number = values.length,
): Normal | null {
  if (values.length < 3) return null;
  const stride = Math.ceil(values.length / MOST);
  const sorted = values.filter((_value, index) => index % stride === 0).sort();
  const sample = Array.from(sorted);
  const median = medianSorted(sample);
  const spread = quantileSorted(sample, 0.75) - quantileSorted(sample, 0.25);
  const away = sorted.map((value) => Math.abs(value - median)).sort();
  const tail = away.length < 20 ? 0 : quantileSorted(Array.from(away), tailShare);
  const largest = Math.max(Math.abs(sample[0] ?? 0), Math.abs(sample.at(-1) ?? 0));
  const floor = Math.max(floors.absolute, floors.relative * Math.abs(median), 1e-3 * largest, 1e-12);
  return { median, scale: widened(Math.max(2, independent)) * Math.max((3 * spread) / NORMAL_IQR, tail, floor) };
}

/** How much farther few values must be left than many: Student's t at 99 % over the normal's, within a tenth. */
function widened(count: number): number {
  return 1 + 2 / (count - 1) + 4 / (count - 1) ** 2;
}
