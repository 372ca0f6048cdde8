/** One series → what an investigator needs of it: few points, and the statistics over all of them, made by code. */
import type { Series } from '../ports/metrics.ts';
import { type Change, changePoint } from '../stats/change-point.ts';
import { compare } from '../stats/compare.ts';
import type { Point } from '../stats/resets.ts';
import { medianOf, type Summary, summarise } from '../stats/scale.ts';
import { segmentSlopes } from '../stats/shape.ts';
import { standsStillSince } from '../stats/stands-still.ts';
import { downsample } from './downsample.ts';
import { round, rounded } from './round.ts';
import { iso } from './window.ts';

export interface SeriesReport {
  labels: Record<string, string>;
  points: [string, number][];
  points_are: 'samples' | 'bucket_medians';
  stats: Record<string, number> | null;
  /** Samples before the change; the first half of the window when there is none. */
  before: Record<string, number> | null;
  after: Record<string, number> | null;
  change: ChangeReport | null;
  compared: ComparedReport | null;
  last_window: { start: string; end: string; median: number; near: 'before' | 'after' | 'neither' } | null;
  last_sample_at: string | null;
  stale: boolean;
  /** Since when it shows one and the same value though it used to move; null when it does not. */
  stuck_since: string | null;
  gaps: number;
}
export interface ChangeReport {
  at: string;
  plus_minus_minutes: number;
  kind: 'level' | 'slope';
  from: number;
  to: number;
  ratio: number | null;
  per_hour: number;
  confidence: number;
  began_before_window: boolean;
  resets: string[];
  segments: { start: string; end: string; per_hour: number }[];
}
export interface ComparedReport {
  at: string;
  before_median: number;
  after_median: number;
  ratio: number | null;
  shift_score: number;
  max_score: number;
}

export interface ReportOptions {
  start: number;
  end: number;
  stepMs: number;
  maxPoints: number;
  /** Compare the medians on both sides of this moment, milliseconds. */
  compareAt: number | null;
}

const LAST_SAMPLES = 5;

export function reportSeries(series: Series, options: ReportOptions): SeriesReport {
  const points = series.points;
  const change = changePoint(points);
  const split = change === null || change.earlier ? null : change.at;
  const middle = split ?? points[Math.floor(points.length / 2)]?.[0] ?? options.start;
  const { shown, grouped } = downsample(points, options.maxPoints);
  const last = points.at(-1)?.[0];
  return {
    labels: series.labels,
    points: shown.map(([ms, value]) => [iso(ms), round(value)]),
    points_are: grouped ? 'bucket_medians' : 'samples',
    stats: short(summarise(values(points))),
    before: short(summarise(values(points.filter(([ms]) => ms < middle)))),
    after: short(summarise(values(points.filter(([ms]) => ms >= middle)))),
    change: change === null ? null : changeReport(change, points),
    compared: options.compareAt === null ? null : compared(points, options.compareAt),
    last_window: lastWindow(points, change),
    last_sample_at: series.lastSampleAt,
    stale: isStale(series.lastSampleAt, last, options),
    stuck_since: stuckSince(points),
    gaps: gapsIn(points, options.stepMs),
  };
}

function values(points: readonly Point[]): number[] {
  return points.map(([, value]) => value);
}

function short(summary: Summary | null): Record<string, number> | null {
  return summary === null ? null : rounded({ ...summary });
}

function changeReport(change: Change, points: readonly Point[]): ChangeReport {
  const segments = change.resets.length === 0 ? [] : segmentSlopes(points, change.resets, change.at);
  return {
    at: iso(change.at),
    plus_minus_minutes: round(change.plusMinus / 60_000, 2),
    kind: change.kind,
    from: round(change.from),
    to: round(change.to),
    ratio: change.from === 0 ? null : round(change.to / change.from, 3),
    per_hour: round(change.perHour, 3),
    confidence: round(change.confidence, 2),
    began_before_window: change.earlier,
    resets: change.resets.map(iso),
    segments: segments.map(({ start, end, perHour }) => ({
      start: iso(start),
      end: iso(end),
      per_hour: round(perHour, 3),
    })),
  };
}

function compared(points: readonly Point[], at: number): ComparedReport | null {
  const result = compare(values(points.filter(([ms]) => ms < at)), values(points.filter(([ms]) => ms >= at)));
  if (result === null) return null;
  return {
    at: iso(at),
    before_median: round(result.before),
    after_median: round(result.after),
    ratio: result.ratio === null ? null : round(result.ratio, 3),
    shift_score: round(result.shiftScore, 3),
    max_score: round(result.maxScore, 3),
  };
}

/** Is it still happening: the newest complete samples against the level before and after the change. */
function lastWindow(points: readonly Point[], change: Change | null): SeriesReport['last_window'] {
  const tail = points.slice(-LAST_SAMPLES);
  const first = tail[0];
  const last = tail.at(-1);
  if (first === undefined || last === undefined) return null;
  const median = medianOf(values(tail));
  return { start: iso(first[0]), end: iso(last[0]), median: round(median), near: near(median, points, change) };
}

function near(median: number, points: readonly Point[], change: Change | null): 'before' | 'after' | 'neither' {
  if (change === null) return 'neither';
  const after = change.kind === 'level' ? change.to : medianOf(values(points.filter(([ms]) => ms >= change.at)));
  if (Math.abs(after - change.from) < 1e-12) return 'neither';
  return (median - change.from) / (after - change.from) > 0.5 ? 'after' : 'before';
}

function isStale(lastSampleAt: string | null, last: number | undefined, options: ReportOptions): boolean {
  const newest = lastSampleAt === null ? last : Date.parse(lastSampleAt);
  return newest === undefined || options.end - newest > 5 * Math.max(options.stepMs, 60_000);
}

function stuckSince(points: readonly Point[]): string | null {
  const since = standsStillSince(points);
  return since === null ? null : iso(since);
}

function gapsIn(points: readonly Point[], stepMs: number): number {
  let gaps = 0;
  for (let i = 1; i < points.length; i++) if ((points[i]?.[0] ?? 0) - (points[i - 1]?.[0] ?? 0) > 3 * stepMs) gaps++;
  return gaps;
}
