/** Is a signal where it was before the incident? Pure; medians, so that one good or bad minute decides nothing. */
import { medianOf, robustScale } from '../stats/scale.ts';

export interface Course {
  /** Values of the quiet time before the onset. */
  before: readonly number[];
  /** From the onset to the moment something was done, or the alerts ended. */
  during: readonly number[];
  /** The last minutes. */
  recent: readonly number[];
}
export type Recovery =
  /** `moved`: it left the baseline when it began. */
  | { is: 'back'; was: number; now: number; worst: number; moved: boolean }
  | { is: 'away'; was: number; now: number; worst: number; moved: boolean }
  /** Too few samples on one side: says nothing about the service. */
  | { is: 'unknown'; why: string };

const MIN_BEFORE = 10;
const MIN_RECENT = 5;
/** Back means within three spreads of the quiet time, or a tenth of its level where it hardly moved. */
const SPREADS = 3;
const LEVEL_SHARE = 0.1;

export function recovery({ before, during, recent }: Course): Recovery {
  if (before.length < MIN_BEFORE) return { is: 'unknown', why: 'there are too few samples from before the onset' };
  if (recent.length < MIN_RECENT) return { is: 'unknown', why: 'there are too few samples of the last minutes' };
  const was = medianOf(before);
  const now = medianOf(recent);
  const tolerance = Math.max(SPREADS * robustScale(before), LEVEL_SHARE * Math.abs(was));
  const shift = during.length === 0 ? 0 : medianOf(during) - was;
  const worst = farthest(during, was, shift);
  // Past the baseline, away from where it had gone, is no worse than the baseline.
  const moved = Math.abs(shift) > tolerance;
  const off = moved ? (now - was) * Math.sign(shift) : Math.abs(now - was);
  return { is: off <= tolerance ? 'back' : 'away', was, now, worst, moved };
}

function farthest(values: readonly number[], from: number, shift: number): number {
  const side = (value: number) => (shift === 0 ? Math.abs(value - from) : (value - from) * Math.sign(shift));
  return values.reduce((most, value) => (side(value) > side(most) ? value : most), from);
}
