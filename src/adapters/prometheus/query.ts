import type { JsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer, orNotKnown } from '../../lib/no-answer.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import { labelsKey, noSeries, stepWithin } from '../../sre/ports/metric-answer.ts';
import type { MetricQuery, Series } from '../../sre/ports/metrics.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { PrometheusApi, Row } from './api.ts';
import type { Catalog } from './catalog.ts';
import { type Family, resolve, similarNames } from './family.ts';
import { representative } from './list.ts';
import { expression, isLabelName, lastWritten } from './promql.ts';
import { readingOf } from './reading.ts';
import type { ScrapeIntervals } from './scrape-interval.ts';

interface Parts {
  server: JsonServer;
  api: PrometheusApi;
  known: Catalog;
  intervals: ScrapeIntervals;
}

const HOUR = 3_600_000;
const LISTED_MS = 24 * HOUR;
const MOST_SEARCH_MS = 24 * HOUR;

export async function queryMetric(
  parts: Parts,
  query: MetricQuery,
  now: number,
  signal: AbortSignal,
): Promise<Answer<Series[]>> {
  signal.throwIfAborted();
  return orUnavailable(parts.server.name, async () => {
    const window = timeWindow(query.range, now);
    refuseOddLabels(query);
    return answer(parts, window, query, await find(parts, window, query, now), signal);
  });
}

/** Label names become syntax, so only what can be one passes. */
function refuseOddLabels({ labels, groupBy }: MetricQuery): void {
  const odd = [...Object.keys(labels), ...groupBy].find((name) => !isLabelName(name));
  if (odd !== undefined)
    throw new NoAnswer(`"${odd.slice(0, 60)}" cannot be the name of a label`, { why: 'bad_query' });
}

async function find({ known }: Parts, { from }: TimeWindow, query: MetricQuery, now: number): Promise<Family> {
  const all = await known.known(Math.min(from, now - LISTED_MS), now);
  const family = resolve(query.metric, all.names, all.metadata);
  if (family !== null) return family;
  const similar = similarNames(all.families, query.metric);
  const advice = similar.length > 0 ? `there are ${similar.join(', ')}` : 'list the metrics to see the names';
  throw new NoAnswer(`no metric is called ${query.metric}; ${advice}`, { why: 'bad_query' });
}

async function answer(
  { server, api, known, intervals }: Parts,
  window: TimeWindow,
  asked: MetricQuery,
  family: Family,
  signal: AbortSignal,
): Promise<Answer<Series[]>> {
  const warnings = [...window.warnings];
  const stands = representative(family);
  const [described, scrapeMs] = await Promise.all([
    known.describe(stands, [{}], window.from, window.to),
    intervals(stands, window.to),
  ]);
  const stepMs = stepWithin(window, asked.stepSeconds * 1000, { leastMs: 1000, warnings });
  // The last point stands at the end of the window, because the end is what is asked about.
  const grid = { from: window.to - Math.floor((window.to - window.from) / stepMs) * stepMs, to: window.to, stepMs };
  const { reading, joined, unit } = readingOf(asked, family, described, { stepMs: grid.stepMs, scrapeMs }, warnings);
  const { quantile: _read, ...plainLabels } = reading.labels;
  const own = reading.is === 'quantiles' || reading.is === 'quotient' ? plainLabels : reading.labels;
  const search = Math.min(Math.max(window.to - window.from, HOUR), MOST_SEARCH_MS);
  const written = lastWritten(stands, own, search, joined);
  const promql = expression(reading, joined);
  const [found, last] = await Promise.all([
    api.range(promql, grid, asked.limit, signal),
    orNotKnown('when the last samples were written', warnings, () => api.instant(written, window.to, signal)),
  ]);
  warnings.push(...found.warnings);
  const rows = found.rows.filter(({ points }) => points.length > 0);
  const unusable = found.rows.reduce((sum, row) => sum + row.unusable, 0);
  if (unusable > 0) warnings.push(`${unusable} points are left out: they are NaN or infinite`);
  if (found.rows.length === 0) warnings.push(noSeries(own, described?.labels ?? {}, 'label'));
  const shown = rows.slice(0, asked.limit);
  if (shown.length < rows.length) warnings.push(`${rows.length - shown.length} or more series are not shown`);
  const times = new Map((last?.rows ?? []).map((row) => [keyOf(row), row.points[0]?.[1]]));
  return {
    status: 'ok',
    source: server.name,
    range: window.range,
    truncated: shown.length < rows.length,
    warnings,
    url: link(server, promql, window),
    data: shown.map((row) => ({
      metric: asked.metric,
      labels: {
        ...Object.fromEntries(joined.aggregate === 'none' ? [] : asked.groupBy.map((name) => [name, ''])),
        ...row.labels,
      },
      unit,
      points: row.points,
      lastSampleAt: isoOf(times.get(keyOf(row))),
    })),
  };
}

function keyOf({ labels }: Row): string {
  const { quantile: _quantile, ...rest } = labels;
  return labelsKey(rest);
}

function isoOf(seconds: number | undefined): string | null {
  return seconds === undefined ? null : new Date(Math.round(seconds * 1000)).toISOString();
}

/** The same query in the server's own page. */
function link({ url }: JsonServer, promql: string, { from, to, range }: TimeWindow): string {
  const seconds = Math.max(1, Math.ceil((to - from) / 1000));
  const params = { 'g0.expr': promql, 'g0.tab': '0', 'g0.range_input': `${seconds}s`, 'g0.end_input': range.end };
  return `${url}/graph?${new URLSearchParams(params)}`;
}
