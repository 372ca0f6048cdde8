/** Small facts about a series' shape that the models of `change-point.ts` need. All O(n). */
import type { Point } from './resets.ts';
import { medianOfThree } from './scale.ts';

const HOUR = 3_600_000;

/** Running median of three: a lone sample never decides. */
export function ridOfSpikes(points: readonly Point[]): Point[] {
  return points.map((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined || after === undefined) return point;
    return [point[0], medianOfThree(before[1], point[1], after[1])];
  });
}

/** In units of noise: a sample this far from both its neighbours is a spike. */
const SPIKE = 6;

/** Lone samples far from both neighbours take the middle one's value; all others stay as they are, with their noise. */
export function withoutSpikes(points: readonly Point[], noise: number): Point[] {
  const calm = ridOfSpikes(points);
  return points.map((point, i) => {
    const middle = calm[i];
    return middle === undefined || Math.abs(middle[1] - point[1]) <= SPIKE * noise ? point : middle;
  });
}

/** Squared error around the mean. */
export function meanSse(points: readonly Point[]): number {
  const mean = points.reduce((sum, [, value]) => sum + value, 0) / Math.max(1, points.length);
  return points.reduce((sum, [, value]) => sum + (value - mean) ** 2, 0);
}

/** Least-squares line; null for fewer than three samples or no time between them. `perHour` in units per hour. */
export function line(points: readonly Point[]): { from: number; to: number; perHour: number; sse: number } | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 3 || last[0] === first[0]) return null;
  const n = points.length;
  let t = 0;
  let y = 0;
  for (const [ms, value] of points) {
    t += (ms - first[0]) / HOUR;
    y += value;
  }
  let tt = 0;
  let ty = 0;
  let yy = 0;
  for (const [ms, value] of points) {
    const dt = (ms - first[0]) / HOUR - t / n;
    tt += dt * dt;
    ty += dt * (value - y / n);
    yy += (value - y / n) ** 2;
  }
  const perHour = ty / tt;
  const from = y / n - perHour * (t / n);
  const to = from + (perHour * (last[0] - first[0])) / HOUR;
  return { from, to, perHour, sse: Math.max(0, yy - perHour * ty) };
}

/** Slope between resets, units per hour: the evidence that a restart emptied a leak and did not end it. */
export function segmentSlopes(
  points: readonly Point[],
  resets: readonly number[],
  from: number,
): { start: number; end: number; perHour: number }[] {
  const edges = [from, ...resets.filter((ms) => ms > from), Number.POSITIVE_INFINITY];
  const out: { start: number; end: number; perHour: number }[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const part = points.filter(([ms]) => ms >= (edges[i] ?? 0) && ms < (edges[i + 1] ?? 0));
    const level = withoutPlateau(part, 0);
    const fitted = line(level);
    const start = level[0]?.[0];
    const end = level.at(-1)?.[0];
    if (fitted !== null && start !== undefined && end !== undefined) out.push({ start, end, perHour: fitted.perHour });
  }
  return out;
}

/** Cuts a saturated end (at its highest and staying there), which would bend a fitted slope. Keeps at least two thirds. */
export function withoutPlateau(points: readonly Point[], noise: number): Point[] {
  const values = points.map(([, value]) => value);
  const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const near = top - Math.max(0.02 * (top - low), noise);
  let end = values.length;
  while (end > 0 && (values[end - 1] ?? 0) >= near) end--;
  const flat = values.length - end;
  if (flat < 5 || end < (2 * values.length) / 3) return [...points];
  return points.slice(0, end + 1);
}
