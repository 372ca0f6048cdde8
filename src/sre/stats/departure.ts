/**
 * How far a series leaves, from one moment on, both what is normal for it and where it stood just before. Asking for both
 * forgives what has been different for long, and what has always jumped.
 */
import { firstAtOrAfter } from '../../lib/first-at-or-after.ts';
import type { Columns } from './columns.ts';
import type { Normal } from './normal.ts';

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
/** Milliseconds that speak together: what fills less than half of them is a hiccup. */
const TOGETHER = 180_000;

/** Null when there is no sample after the moment. One sample among others never decides: neighbours are averaged. */
export function departure(series: Columns, normal: Normal, moment: number, span: Span): Departure | null {
  const { times } = series;
  const start = firstAtOrAfter(times, moment);
  const end = firstAtOrAfter(times, moment + span.after);
  if (end <= start) return null;
  const { high, low } = stoodAt(series, normal, start, moment - span.before);
  const { most, least } = levels(series, start, end);
  const up = Math.max(0, (most - high) / normal.scale);
  const down = Math.max(0, (low - least) / normal.scale);
  const half = up >= down ? high + (most - high) / 2 : low - (low - least) / 2;
  return { up, down, first: firstBeyond(series, start, end, half, up >= down) };
}

/** Between the middle of all history and that of the last samples before `start`: what lies between is no departure. */
function stoodAt({ times, values }: Columns, normal: Normal, start: number, since: number) {
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (let i = start - 1; i >= 0 && count < NEAR && (times[i] ?? 0) >= since; i--) {
    const value = values[i] ?? 0;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
    count += 1;
  }
  if (count === 0) return { high: normal.median, low: normal.median };
  // The middle of up to four values: without the outermost two.
  const near = count > 2 ? (sum - least - most) / (count - 2) : sum / count;
  return { high: Math.max(normal.median, near), low: Math.min(normal.median, near) };
}

interface Levels {
  most: number;
  least: number;
}

/** Highest and lowest middle of neighbours: of three minutes, and of two samples where that is less. */
function levels({ times, values }: Columns, start: number, end: number): Levels {
  const pace = ((times[end - 1] ?? 0) - (times[start] ?? 0)) / Math.max(1, end - start - 1);
  const wide = Math.min(end - start, Math.max(2, Math.round(TOGETHER / Math.max(1000, pace))));
  if (wide === 3) return levelsOfThree(values, start, end);
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  for (let i = start + wide; i <= end; i++) {
    const level = wide === 2 ? ((values[i - 2] ?? 0) + (values[i - 1] ?? 0)) / 2 : middle(values.slice(i - wide, i));
    if (level > most) most = level;
    if (level < least) least = level;
  }
  return { most, least };
}

/** The same for three, as a series by the minute has it: nearly all of the work. */
function levelsOfThree(values: Float64Array, start: number, end: number): Levels {
  let most = Number.NEGATIVE_INFINITY;
  let least = Number.POSITIVE_INFINITY;
  let last = values[start + 1] ?? 0;
  let low = Math.min(values[start] ?? 0, last);
  let high = Math.max(values[start] ?? 0, last);
  for (let i = start + 2; i < end; i++) {
    const value = values[i] ?? 0;
    const level = Math.min(Math.max(value, low), high);
    if (level > most) most = level;
    if (level < least) least = level;
    low = Math.min(value, last);
    high = Math.max(value, last);
    last = value;
  }
  return { most, least };
}

function middle(values: Float64Array): number {
  const sorted = values.sort();
  const half = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half)] ?? 0)) / 2;
}

function firstBeyond({ times, values }: Columns, start: number, end: number, half: number, above: boolean): number {
  for (let i = start; i < end; i++) {
    const value = values[i] ?? 0;
    if (above ? value >= half : value <= half) return times[i] ?? 0;
  }
  return times[start] ?? 0;
}
