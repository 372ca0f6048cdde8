/** Every series of a source, with what it measures and whose it is: metric by metric, so that few are in memory at once. */
import type { Answer } from '../ports/answer.ts';
import type { MetricInfo, MetricQuery, Metrics, Series } from '../ports/metrics.ts';
import { paceOf } from '../stats/columns.ts';
import type { Calls } from '../stats/graph-walk.ts';
import type { Observed } from '../stats/service-ranker.ts';
import { kindOf } from './family.ts';
import { ownerOf } from './owner.ts';

const MINUTE = 60_000;
const HISTORY = 24 * 3_600_000;
const MOST_METRICS = 2000;
const MOST_SERIES = 5000;

/**
 * A day before the alert at minute steps, up to now. What cannot be read, or was cut, is told to `missed` in words; an
 * unavailable source gives nothing else.
 */
export async function* observations(
  metrics: Metrics,
  window: { at: number; now: number },
  calls: Calls,
  missed: (what: string) => void,
  signal: AbortSignal,
): AsyncGenerator<Observed> {
  const listed = await metrics.list({ match: '', service: null, limit: MOST_METRICS }, signal);
  if (listed.status === 'unavailable') return missed(`metrics: ${listed.detail}`);
  if (listed.truncated) missed(`only the first ${MOST_METRICS} metrics were read`);
  for (const info of listed.data) {
    const answer = await read(metrics, info, window, signal);
    if (answer.status === 'unavailable') {
      missed(`${info.name}: ${answer.detail}`);
      continue;
    }
    if (answer.truncated) missed(`${info.name}: only ${answer.data.length} of its series were read`);
    for (const series of answer.data) {
      const observed = observe(info, series, calls);
      if (observed !== null) yield observed;
    }
  }
}

/** A metric that is known for less than half an hour is read again, at a finer pace. */
async function read(
  metrics: Metrics,
  info: MetricInfo,
  { at, now }: { at: number; now: number },
  signal: AbortSignal,
): Promise<Answer<Series[]>> {
  const from = (start: number, pace: number): Promise<Answer<Series[]>> => {
    const range = { start: new Date(start).toISOString(), end: new Date(now).toISOString() };
    const shape: Pick<MetricQuery, 'as' | 'aggregate' | 'limit'> = {
      as: 'auto',
      aggregate: 'none',
      limit: MOST_SERIES,
    };
    return metrics.query(
      { metric: info.name, labels: {}, range, stepSeconds: pace / 1000, groupBy: [], ...shape },
      signal,
    );
  };
  const minutes = await from(Math.min(at, now) - HISTORY, MINUTE);
  if (minutes.status === 'unavailable' || minutes.data.length === 0) return minutes;
  const first = Math.min(...minutes.data.map(({ points }) => points[0]?.[0] ?? now)) - MINUTE;
  const pace = paceOf(at - first);
  return pace === MINUTE ? minutes : from(first, pace);
}

/** Null for a limit, a version, and what belongs to nobody. */
function observe(info: MetricInfo, { labels, points, unit }: Series, calls: Calls): Observed | null {
  const kind = kindOf(info.name, labels, unit);
  const service = ownerOf(info.name, labels, calls);
  if (kind === null || service === null) return null;
  return {
    ...kind,
    service,
    times: Float64Array.from(points, ([ms]) => ms),
    values: Float64Array.from(points, ([, value]) => value),
  };
}
