/** Few points for a reader. Buckets of equal length in time, each shown by its median, so that no spike is invented. */
import type { Point } from '../stats/resets.ts';
import { medianOf } from '../stats/scale.ts';

export function downsample(points: readonly Point[], most: number): { shown: Point[]; grouped: boolean } {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length <= most) return { shown: [...points], grouped: false };
  const width = (last[0] - first[0] + 1) / most;
  const buckets = new Map<number, Point[]>();
  for (const point of points) {
    const index = Math.floor((point[0] - first[0]) / width);
    buckets.set(index, [...(buckets.get(index) ?? []), point]);
  }
  const shown = [...buckets].map(
    ([, inside]): Point => [inside[0]?.[0] ?? 0, medianOf(inside.map(([, value]) => value))],
  );
  return { shown, grouped: true };
}
