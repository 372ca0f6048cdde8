/** The little that rules look at: the changes, who writes most errors, whose series moved most. */
import type { Change } from '../change.ts';
import type { Series } from '../ports/metrics.ts';
import type { Sources } from '../sources.ts';
import { medianOf } from '../stats/scale.ts';

export interface Glance {
  changes: Change[];
  /** Service with the most lines of level error in the last hour; null without any. */
  loudest: string | null;
  /** Service of the series whose last ten minutes lie furthest from its day, as a multiple of that day. */
  strangest: string | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MOST_METRICS = 200;
const STEP_MS = 5 * MINUTE;

export async function glance({ metrics, logs, changes }: Omit<Sources, 'now' | 'forge'>, now: number): Promise<Glance> {
  const { signal } = new AbortController();
  const since = (ms: number) => ({ start: new Date(now - ms).toISOString(), end: new Date(now).toISOString() });
  const listed = await changes.list({ range: since(14 * DAY), service: null, kinds: [], limit: 500 }, signal);
  const lines = await logs.scan(
    { ...{ service: null, text: '', regex: false, level: 'error' }, range: since(HOUR), maxLines: 100_000 },
    signal,
  );
  const errors = new Map<string, number>();
  if (lines.status === 'ok')
    for await (const { service } of lines.data) errors.set(service, (errors.get(service) ?? 0) + 1);
  const moved = new Map<string, number>();
  const names = await metrics.list({ match: '', service: null, limit: MOST_METRICS }, signal);
  for (const { name: metric } of names.status === 'ok' ? names.data : []) {
    const query = { metric, labels: {}, range: since(DAY), stepSeconds: STEP_MS / 1000, limit: 200 };
    const answer = await metrics.query({ ...query, as: 'auto', groupBy: [], aggregate: 'none' }, signal);
    for (const series of answer.status === 'ok' ? answer.data : []) {
      const service = series.labels.service ?? '';
      moved.set(service, Math.max(moved.get(service) ?? 0, deviation(series, now)));
    }
  }
  return { changes: listed.status === 'ok' ? listed.data : [], loudest: most(errors), strangest: most(moved) };
}

function deviation({ points }: Series, now: number): number {
  const recent = points.filter(([at]) => at > now - 2 * STEP_MS).map(([, value]) => value);
  const before = points.filter(([at]) => at <= now - 2 * STEP_MS).map(([, value]) => value);
  if (recent.length === 0 || before.length === 0) return 0;
  const usual = medianOf(before);
  return Math.abs(medianOf(recent) - usual) / (Math.abs(usual) + 1e-6);
}

function most(counts: ReadonlyMap<string, number>): string | null {
  return [...counts].toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? null;
}
