/** A series that left its level, came back, and left again: what happens now began with the last departure. */
import type { Point } from './resets.ts';
import { medianOf, robustScale } from './scale.ts';

/** In units of the series' own scale: so far from its middle it is away. */
const AWAY = 6;
/** Samples in a row that make a departure, and a return, and no mere flicker. */
const LEFT = 4;
const STAYED = 15;
/**
 * Index of the first sample of the last long stay at the usual level, if the series was clearly away before it and is away
 * now; else null. What climbs slowly and falls back like a saw did not leave its level at once, and has no episodes.
 */
export function lastReturn(points: readonly Point[]): number | null {
  const level = medianOf(points.map(([, value]) => value));
  const out = points.map(([, value]) => Math.abs(value - level));
  const far = AWAY * Math.max(robustScale(points.map(([, value]) => value)), 0.02 * Math.abs(level), 1e-12);
  const runs = runsOf(out.map((distance) => distance > far));
  const now = runs.at(-1);
  const home = runs.at(-2);
  if (now?.away !== true || home === undefined || home.end - home.start < STAYED) return null;
  const before = runs.slice(0, -2).some(({ away, start, end }) => away && leftAtOnce(out, start, end, far / 3));
  return before ? home.start : null;
}

interface Run {
  away: boolean;
  start: number;
  /** Exclusive. */
  end: number;
}

/** Neighbours of one kind, those of few samples joined to what is around them. */
function runsOf(away: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  for (const [i, one] of away.entries()) {
    const last = runs.at(-1);
    if (last?.away === one) last.end = i + 1;
    else runs.push({ away: one, start: i, end: i + 1 });
  }
  const long = runs.filter(({ start, end }) => end - start >= LEFT || end === away.length);
  return long.reduce<Run[]>((joined, run) => {
    const last = joined.at(-1);
    if (last?.away === run.away) last.end = run.end;
    else joined.push(run);
    return joined;
  }, []);
}

/** From home (`near`) to half its height within few samples. */
function leftAtOnce(out: readonly number[], start: number, end: number, near: number): boolean {
  const half = medianOf(out.slice(start, end)) / 2;
  const first = out.findIndex((distance, i) => i >= start && distance >= half);
  return first - out.findLastIndex((distance, i) => i < first && distance <= near) <= LEFT;
}
