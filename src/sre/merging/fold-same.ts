/** Replicas that measure the same thing: series that say the same become one. Pure. */
import { labelsKey } from '../ports/metric-answer.ts';
import type { Series } from '../ports/metrics.ts';

export interface Sourced {
  names: string[];
  series: Series;
}

/** So far two replicas are apart, which read the same thing at different moments. */
const TOLERANCE = 0.02;
/** Points that only one of them has, at the edges of restarts. */
const MOST_MISSING = 2;
const MINUTE = 60_000;

/**
 * Two series of different sources are folded when labels and unit are the same and every point they share is within two
 * percent. Nothing is lost by it, also where they are two things that happen to be alike: the one that stays carries both
 * names, and as soon as one of them moves or falls silent they are two again.
 */
export function foldSame(all: readonly Sourced[], stepMs: number): Sourced[] {
  const folded: Sourced[] = [];
  const groups = new Map<string, Sourced[]>();
  for (const one of all) {
    const key = `${one.series.unit} ${labelsKey(one.series.labels)}`;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    const alike = group.find(
      ({ names, series }) => !names.some((name) => one.names.includes(name)) && saysTheSame(series, one.series, stepMs),
    );
    if (alike !== undefined) alike.names.push(...one.names);
    else {
      const own = { ...one, names: [...one.names] };
      group.push(own);
      folded.push(own);
    }
  }
  return folded;
}

function saysTheSame(one: Series, other: Series, stepMs: number): boolean {
  if (one.points.at(-1)?.[0] !== other.points.at(-1)?.[0] || one.points.length === 0) return false;
  if (Math.abs(newest(one) - newest(other)) > Math.max(2 * MINUTE, 2 * stepMs)) return false;
  const values = new Map(other.points);
  let shared = 0;
  for (const [time, value] of one.points) {
    const against = values.get(time);
    if (against === undefined) continue;
    if (Math.abs(value - against) > TOLERANCE * Math.max(Math.abs(value), Math.abs(against))) return false;
    shared += 1;
  }
  return shared > 0 && one.points.length + other.points.length - 2 * shared <= MOST_MISSING;
}

function newest({ lastSampleAt, points }: Series): number {
  return lastSampleAt === null ? (points.at(-1)?.[0] ?? 0) : Date.parse(lastSampleAt);
}
