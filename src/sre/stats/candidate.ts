/** One model of a series' change, with what it says of the moment and of the size. */
import { footOf } from './foot.ts';
import type { Hinge } from './hinge.ts';
import type { Split } from './level-shift.ts';
import type { Point } from './resets.ts';

export interface Candidate {
  kind: 'level' | 'slope';
  /**
   * Milliseconds. Between the last sample of the old behaviour and the first of the new, for that is all a step's samples
   * say; where two lines meet, of a slope.
   */
  at: number;
  /** Half-width of the moment, milliseconds. */
  plusMinus: number;
  from: number;
  to: number;
  /** Units per hour after the change; 0 for a level. Falls caused by resets are added back. */
  perHour: number;
  /** Size of the change in units of sample-to-sample noise. */
  strength: number;
  /** 0 to 1. */
  confidence: number;
  /** The series already moved like this when the samples begin. */
  earlier: boolean;
}

const HOUR = 3_600_000;

function confidence(strength: number, explained: number): number {
  return Math.max(0, Math.min(1, (strength / 8) * Math.sqrt(Math.max(0, explained))));
}

export function fromSplit(points: readonly Point[], split: Split, noise: number, flat: number): Candidate {
  const size = Math.abs(split.to - split.from);
  const foot = footOf(points, split.index, split.to);
  const first = points[foot]?.[0] ?? 0;
  const last = points[foot - 1]?.[0] ?? first;
  return {
    kind: 'level',
    at: (first + last) / 2,
    plusMinus: first - last,
    from: split.from,
    to: split.to,
    perHour: 0,
    strength: size / noise,
    confidence: confidence(size / noise, 1 - split.sse / Math.max(flat, 1e-18)),
    earlier: false,
  };
}

export function fromHinge(points: readonly Point[], bend: Hinge, noise: number, flat: number): Candidate {
  const { at, plusMinus, from, slopeBefore, slopeAfter, sse } = bend;
  const end = points.at(-1)?.[0] ?? at;
  const gained = Math.abs(((slopeAfter - slopeBefore) * (end - at)) / HOUR);
  return {
    kind: 'slope',
    at,
    plusMinus: Math.min(HOUR, plusMinus),
    from,
    to: from + (slopeAfter * (end - at)) / HOUR,
    perHour: slopeAfter,
    strength: gained / noise,
    confidence: confidence(gained / noise, 1 - sse / Math.max(flat, 1e-18)),
    earlier: false,
  };
}

export function fromLine(
  points: readonly Point[],
  found: { from: number; to: number; perHour: number; sse: number },
  noise: number,
  flat: number,
): Candidate {
  const strength = Math.abs(found.to - found.from) / noise;
  return {
    kind: 'slope',
    at: points[0]?.[0] ?? 0,
    plusMinus: HOUR,
    from: found.from,
    to: found.to,
    perHour: found.perHour,
    strength,
    confidence: confidence(strength, 1 - found.sse / Math.max(flat, 1e-18)) / 2,
    earlier: true,
  };
}
