/**
 * How far a series leaves, from one moment on, both what is normal for it and where it stood just before. Asking for both
 * forgives what has been different for long, and what has always jumped.
 */
import { type Columns, firstAtOrAfter } from './columns.ts';
import type { Normal } from './normal.ts';
import { medianOf } from './scale.ts';

export interface Departure {
  /** In normal's scales; 1 is as far as it strays by itself. Never negative. */
  up: number;
  down: number;
  /** Milliseconds: the first sample that is at least halfway out, in the larger direction. */
  first: number;
}
export interface Span {
  /** Milliseconds looked at from the moment on. */
  after: number;
  /** Milliseconds that count as just before. */
  before: number;
}

/** Samples that count as just before. */
const NEAR = 4;

/** Null when there is no sample after the moment. A lone sample among three or more never decides: pairs are averaged. */
export function departure(series: Columns, normal: Normal, moment: number, span: Span): Departure | null {
  const { times, values } = series;
  const start = firstAtOrAfter(times, moment);
  const end = firstAtOrAfter(times, moment + span.after);
  if (end <= start) return null;
  const from = Math.max(0, start - NEAR, firstAtOrAfter(times, moment - span.before));
  const near = from < start ? medianOf(Array.from(values.subarray(from, start))) : normal.median;
  const high = Math.max(normal.median, near);
  const low = Math.min(normal.median, near);
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  const pairs = end - start > 2;
  for (let i = start + (pairs ? 1 : 0); i < end; i++) {
    const value = values[i] ?? 0;
    const level = pairs ? (value + (values[i - 1] ?? value)) / 2 : value;
    if (level > most) most = level;
    if (level < least) least = level;
  }
  const up = Math.max(0, (most - high) / normal.scale);
  const down = Math.max(0, (low - least) / normal.scale);
  const half = up >= down ? high + (most - high) / 2 : low - (low - least) / 2;
  return { up, down, first: firstBeyond(series, start, end, half, up >= down) };
}

function firstBeyond({ times, values }: Columns, start: number, end: number, half: number, above: boolean): number {
  for (let i = start; i < end; i++) {
    const value = values[i] ?? 0;
    if (above ? value >= half : value <= half) return times[i] ?? 0;
  }
  return times[start] ?? 0;
}
