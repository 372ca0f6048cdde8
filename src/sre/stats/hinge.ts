/**
 * A bend: flat (or steadily drifting) until one moment, another slope after it. Least squares over a grid of moments,
 * then refined to single samples, and to moments between two of them: two lines cross where no sample need be. One pass
 * for the sums, then O(1) for each moment tried.
 */
import type { Point } from './resets.ts';

export interface Hinge {
  /** Milliseconds: where the two lines meet. */
  at: number;
  /** Half-width, milliseconds, within which a bend explains the samples about as well. */
  plusMinus: number;
  /** Value at the bend. */
  from: number;
  /** Units of the value per hour, before and after the bend. */
  slopeBefore: number;
  slopeAfter: number;
  sse: number;
}

const GRID = 64;
/** Moments tried between one sample and the next. */
const BETWEEN = 30;
/**
 * Above the least squared error by this much, in units of one sample's, a bend is no longer believed. Chi-squared says 3.84
 * for 95 % of white noise; four times that doubles the width, because neighbours in telemetry are alike.
 */
const BELIEVED = 15.4;
const HOUR = 3_600_000;

/** Null for fewer than 12 samples. With `drift` the earlier part may have a slope of its own. */
export function hinge(points: readonly Point[], drift: boolean): Hinge | null {
  const n = points.length;
  if (n < 12) return null;
  const origin = points[0]?.[0] ?? 0;
  const t = points.map(([ms]) => (ms - origin) / HOUR);
  const y = points.map(([, value]) => value);
  const sums = sumsOf(t, y);
  const first = 4;
  const last = n - 5;
  const step = Math.max(1, Math.floor((n - 8) / GRID));
  const at = (k: number, share = 0): Bend | null => bendAt(t, sums, k, share, drift);
  const coarse = least(range(first, last, step).map((k) => at(k)));
  if (coarse === null) return null;
  const near = range(Math.max(first, coarse.index - step), Math.min(last, coarse.index + step), 1);
  const fine = least(step > 1 ? near.map((k) => at(k)) : [coarse]) ?? coarse;
  const around = [fine.index - 1, fine.index].filter((k) => k >= first && k < last);
  const between = range(1, BETWEEN - 1, 1).map((part) => part / BETWEEN);
  const best = least([fine, ...around.flatMap((k) => between.map((share) => at(k, share)))]) ?? fine;
  const most = best.sse * (1 + BELIEVED / (n - (drift ? 4 : 3)));
  // Between samples the error grows with the square of the distance, as a parabola does.
  const width = (way: 1 | -1): number => {
    let k = best.index + (way === 1 ? 1 : 0);
    while (k > first && k < last && (at(k)?.sse ?? Number.POSITIVE_INFINITY) <= most) k += way;
    const more = (at(k)?.sse ?? most) - best.sse;
    const share = more > most - best.sse ? Math.sqrt((most - best.sse) / more) : 1;
    return Math.abs((t[k] ?? best.knee) - best.knee) * share;
  };
  const { sse, from, slopeBefore, slopeAfter } = best;
  const plusMinus = Math.max(width(1), width(-1)) * HOUR;
  return { at: origin + best.knee * HOUR, plusMinus, from, slopeBefore, slopeAfter, sse };
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step);
}

interface Bend extends Omit<Hinge, 'at' | 'plusMinus'> {
  /** Of the last sample that is not after the bend. */
  index: number;
  /** Hours since the first sample. */
  knee: number;
}

function least(bends: readonly (Bend | null)[]): Bend | null {
  return bends.reduce((best, one) => (one !== null && (best === null || one.sse < best.sse) ? one : best), null);
}

/**
 * y = a + b·t + c·max(0, t − knee); b is 0 without drift. The knee is `share` of the way from sample k to the next. Sums
 * are centred, so the system stays well conditioned.
 */
function bendAt(t: readonly number[], sums: Sums, k: number, share: number, drift: boolean): Bend | null {
  const knee = (t[k] ?? 0) + share * ((t[k + 1] ?? 0) - (t[k] ?? 0));
  const n = t.length;
  const m = momentsAt(sums, knee, k);
  const uu = m.uu - (m.u * m.u) / n;
  const uh = m.uh - (m.u * m.h) / n;
  const hh = m.hh - (m.h * m.h) / n;
  const uy = m.uy - (m.u * m.y) / n;
  const hy = m.hy - (m.h * m.y) / n;
  const yy = m.yy - (m.y * m.y) / n;
  const det = uu * hh - uh * uh;
  if (hh <= 0 || (drift && det <= 1e-12)) return null;
  const b = drift ? (uy * hh - hy * uh) / det : 0;
  const c = drift ? (hy * uu - uy * uh) / det : hy / hh;
  const a = (m.y - b * m.u - c * m.h) / n;
  const sse = Math.max(0, yy - b * uy - c * hy);
  return { index: k, knee, from: a + b * knee, slopeBefore: b, slopeAfter: b + c, sse };
}

/** Each at `i` the sum over the samples from `i` on: of one, t, t², y, t·y; and of y² over all. */
interface Sums {
  t: Float64Array;
  tt: Float64Array;
  y: Float64Array;
  ty: Float64Array;
  yy: number;
}

function sumsOf(t: readonly number[], y: readonly number[]): Sums {
  const n = t.length;
  const empty = (): Float64Array => new Float64Array(n + 1);
  const sums: Sums = { t: empty(), tt: empty(), y: empty(), ty: empty(), yy: 0 };
  for (let i = n - 1; i >= 0; i--) {
    const u = t[i] ?? 0;
    const v = y[i] ?? 0;
    sums.t[i] = (sums.t[i + 1] ?? 0) + u;
    sums.tt[i] = (sums.tt[i + 1] ?? 0) + u * u;
    sums.y[i] = (sums.y[i + 1] ?? 0) + v;
    sums.ty[i] = (sums.ty[i + 1] ?? 0) + u * v;
    sums.yy += v * v;
  }
  return sums;
}

/** Sums with h = max(0, t − knee), which is 0 up to the sample at the knee itself. */
function momentsAt({ t, tt, y, ty, yy }: Sums, knee: number, k: number) {
  const count = t.length - 1 - (k + 1);
  const from = { t: t[k + 1] ?? 0, tt: tt[k + 1] ?? 0, y: y[k + 1] ?? 0, ty: ty[k + 1] ?? 0 };
  return {
    u: t[0] ?? 0,
    uu: tt[0] ?? 0,
    y: y[0] ?? 0,
    uy: ty[0] ?? 0,
    yy,
    h: from.t - count * knee,
    hh: from.tt - 2 * knee * from.t + count * knee * knee,
    uh: from.tt - knee * from.t,
    hy: from.ty - knee * from.y,
  };
}
