/**
 * A bend: flat (or steadily drifting) until one moment, another slope after it. Least squares over a grid of moments,
 * then refined to single samples. One pass for the sums, then O(1) for each moment tried.
 */
import type { Point } from './resets.ts';

export interface Hinge {
  index: number;
  /** Value at the bend. */
  from: number;
  /** Units of the value per hour, before and after the bend. */
  slopeBefore: number;
  slopeAfter: number;
  sse: number;
}

const GRID = 64;
const HOUR = 3_600_000;

/** Null for fewer than 12 samples. With `drift` the earlier part may have a slope of its own. */
export function hinge(points: readonly Point[], drift: boolean): Hinge | null {
  const n = points.length;
  if (n < 12) return null;
  const origin = points[0]?.[0] ?? 0;
  const t = points.map(([ms]) => (ms - origin) / HOUR);
  const y = points.map(([, value]) => value);
  const step = Math.max(1, Math.floor((n - 8) / GRID));
  const sums = sumsOf(t, y);
  let best: Hinge | null = null;
  const consider = (k: number): void => {
    const fitted = bendAt(t, sums, k, drift);
    if (fitted !== null && (best === null || fitted.sse < best.sse)) best = fitted;
  };
  for (let k = 4; k <= n - 5; k += step) consider(k);
  const near = indexOf(best);
  if (near !== null && step > 1) {
    const fine = Math.max(1, Math.floor(step / 16));
    for (let k = Math.max(4, near - step); k <= Math.min(n - 5, near + step); k += fine) consider(k);
  }
  return best;
}

function indexOf(found: Hinge | null): number | null {
  return found?.index ?? null;
}

/** y = a + b·t + c·max(0, t − t[k]); b is 0 without drift. Sums are centred, so the system stays well conditioned. */
function bendAt(t: readonly number[], sums: Sums, k: number, drift: boolean): Hinge | null {
  const knee = t[k] ?? 0;
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
  return { index: k, from: a + b * knee, slopeBefore: b, slopeAfter: b + c, sse: Math.max(0, yy - b * uy - c * hy) };
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
