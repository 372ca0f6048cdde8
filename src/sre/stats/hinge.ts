/**
 * A bend: flat (or steadily drifting) until one moment, another slope after it. Least squares over a grid of moments,
 * then refined to single samples. O(n × 96): 1,440 samples take about 2 ms.
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
  let best: Hinge | null = null;
  const consider = (k: number): void => {
    const fitted = bendAt(t, y, k, drift);
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
function bendAt(t: readonly number[], y: readonly number[], k: number, drift: boolean): Hinge | null {
  const knee = t[k] ?? 0;
  const n = t.length;
  const m = sums(t, y, knee);
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

function sums(t: readonly number[], y: readonly number[], knee: number) {
  const m = { u: 0, uu: 0, h: 0, hh: 0, uh: 0, y: 0, yy: 0, uy: 0, hy: 0 };
  for (let i = 0; i < t.length; i++) {
    const u = t[i] ?? 0;
    const v = y[i] ?? 0;
    const h = u > knee ? u - knee : 0;
    m.u += u;
    m.uu += u * u;
    m.h += h;
    m.hh += h * h;
    m.uh += u * h;
    m.y += v;
    m.yy += v * v;
    m.uy += u * v;
    m.hy += h * v;
  }
  return m;
}
