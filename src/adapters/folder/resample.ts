/** Samples into evenly spaced points. A step without samples is a gap, never a zero. */
import { firstAtOrAfter } from '../../lib/first-at-or-after.ts';
import type { StoredSeries } from './series-store.ts';

export type Points = [number, number][];
export interface Grid {
  from: number;
  to: number;
  step: number;
}

/** Mean of each step's samples. */
export function meanPoints(series: StoredSeries, grid: Grid): Points {
  return reduced(series, grid, (value, _before, slot) => {
    slot.sum += value;
    slot.weight += 1;
  });
}

/** Newest sample of each step. */
export function lastPoints(series: StoredSeries, grid: Grid): Points {
  return reduced(series, grid, (value, _before, slot) => {
    slot.sum = value;
    slot.weight = 1;
  });
}

/** Increase per second in each step. A value below the one before means that the counter began again at zero. */
export function ratePoints(series: StoredSeries, grid: Grid): Points {
  return reduced(series, grid, (value, before, slot) => {
    if (before === null) return;
    slot.sum += value < before.value ? value : value - before.value;
    slot.weight += before.seconds;
  });
}

interface Slot {
  sum: number;
  weight: number;
}
type Before = { value: number; seconds: number } | null;

/** A point at `t` stands for the samples in (t − step, t]; a sample exactly at the start counts for the first point. */
function reduced(
  series: StoredSeries,
  { from, to, step }: Grid,
  add: (value: number, before: Before, slot: Slot) => void,
): Points {
  const { times, values } = series;
  const points: Points = [];
  let slot: Slot = { sum: 0, weight: 0 };
  let slotEnd = Number.NaN;
  const close = () => {
    // The last step may not be over yet.
    if (slot.weight > 0) points.push([Math.min(slotEnd, to), slot.sum / slot.weight]);
  };
  for (let index = firstAtOrAfter(times, from); index < times.length; index += 1) {
    const at = times[index] ?? 0;
    const value = values[index] ?? 0;
    if (at > to) break;
    const end = from + Math.ceil((at - from) / step) * step;
    if (end !== slotEnd) {
      close();
      slot = { sum: 0, weight: 0 };
      slotEnd = end;
    }
    const earlier = times[index - 1];
    add(value, earlier === undefined ? null : { value: values[index - 1] ?? 0, seconds: (at - earlier) / 1000 }, slot);
  }
  close();
  return points;
}
