/** Metrics from Datadog. A point stands at the beginning of the step that it is of. */
import { NoAnswer, orNotKnown } from '../../lib/no-answer.ts';
import { orAborted } from '../../lib/or-aborted.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import { labelsKey, MAX_POINTS, noSeries, stepWithin } from '../../sre/ports/metric-answer.ts';
import type { MetricInfo, MetricQuery, Metrics, Series } from '../../sre/ports/metrics.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import { type Catalog, catalog, similarNames } from './catalog.ts';
import type { Datadog } from './client.ts';
import { isMetricName, type Known, QUANTILES, readingOf, refuseOddKeys } from './metric-query.ts';
import { type Group, type Groups, type MetricsEndpoints, metricsEndpoints } from './metrics-api.ts';

interface Parts {
  from: Datadog;
  api: MetricsEndpoints;
  known: Catalog;
}

const LEAST_STEP_MS = 10_000;
const FINE_MS = 60_000;
/** Two questions for each: the others are listed by name alone. */
const MOST_DESCRIBED = 60;

export function datadogMetrics(from: Datadog): Metrics {
  const api = metricsEndpoints(from);
  const parts = { from, api, known: catalog(api) };
  return {
    list: (query, signal) =>
      orAborted(
        orUnavailable(from.name, () => listMetrics(parts, query)),
        signal,
      ),
    query: (query, signal) =>
      orAborted(
        orUnavailable(from.name, () => queryMetric(parts, query, signal)),
        signal,
      ),
  };
}

async function listMetrics(
  { from, known }: Parts,
  { match, service, limit }: Parameters<Metrics['list']>[0],
): Promise<Answer<MetricInfo[]>> {
  const wanted = match.toLowerCase();
  const fitting = [...(await known.names(from.now(), service))]
    .filter((name) => name.toLowerCase().includes(wanted))
    .toSorted((left, right) => Number(right === match) - Number(left === match) || (left < right ? -1 : 1));
  const shown = fitting.slice(0, limit);
  const described = await Promise.all(shown.slice(0, MOST_DESCRIBED).map((name) => known.describe(name, service)));
  const warnings = [...new Set(described.flatMap((one) => one.warnings))].slice(0, 5);
  if (shown.length > MOST_DESCRIBED)
    warnings.push(`only the first ${MOST_DESCRIBED} are described: ask with a longer \`match\` for the others`);
  const plain: MetricInfo[] = shown
    .slice(MOST_DESCRIBED)
    .map((name) => ({ name, type: 'unknown', help: '', unit: '', labels: {}, series: 0 }));
  return {
    status: 'ok',
    data: [...described.map(infoOf), ...plain],
    source: from.name,
    range: null,
    truncated: fitting.length > shown.length,
    warnings,
    url: `${from.appUrl}/metric/summary?${new URLSearchParams({ filter: match })}`,
  };
}

/** There are at least as many series as one tag has values. */
function infoOf({ name, type, help, unit, labels }: Known & { help: string }): MetricInfo {
  const series = Math.max(1, ...Object.values(labels).map((values) => values.length));
  const offered = type === 'histogram' ? { quantile: QUANTILES } : {};
  return { name, type, help, unit, labels: { ...labels, ...offered }, series };
}

async function queryMetric(parts: Parts, asked: MetricQuery, signal: AbortSignal): Promise<Answer<Series[]>> {
  signal.throwIfAborted();
  const { from, api, known } = parts;
  const window = timeWindow(asked.range, from.now());
  refuseOddKeys(asked);
  await refuseUnknown(parts, asked.metric);
  const metric = await known.describe(asked.metric, null);
  const warnings = [...window.warnings, ...metric.warnings];
  const askedMs = stepWithin(window, asked.stepSeconds * 1000, { leastMs: LEAST_STEP_MS, warnings });
  // Datadog's steps begin at multiples of their length; the first is a whole one.
  const grid = { from: Math.ceil(window.from / askedMs) * askedMs, to: window.to, stepMs: askedMs };
  const reading = readingOf(asked, metric, grid.stepMs / 1000, warnings);
  const found = await api.series(reading.query, grid, asked.limit, signal);
  const last = grid.stepMs <= FINE_MS ? found : await lastSamples(parts, asked, metric, window, signal, warnings);
  warnings.push(...found.warnings);
  const stepMs = found.stepMs ?? grid.stepMs;
  if (stepMs > grid.stepMs) warnings.push(`Datadog widened the step to ${stepMs / 1000} s`);
  const groups = found.groups.filter(({ points }) => points.length > 0);
  if (groups.length === 0) warnings.push(noSeries(asked.labels, metric.labels, 'tag'));
  const shown = groups.slice(0, asked.limit);
  if (shown.length < groups.length) warnings.push(`${groups.length - shown.length} or more series are not shown`);
  const newest = new Map(last?.groups.map((group) => [keyOf(group), group.points.at(-1)?.[0]]));
  return {
    status: 'ok',
    source: from.name,
    range: window.range,
    truncated: shown.length < groups.length,
    warnings,
    url: `${from.appUrl}/metric/summary?${new URLSearchParams({ metric: asked.metric })}`,
    data: shown.map((group) => ({
      metric: asked.metric,
      labels: group.labels,
      unit: reading.unit || (reading.sums ? '' : group.unit),
      // A sum over a step that is not over yet would look like a fall.
      points: reading.sums ? group.points.filter(([at]) => at + stepMs <= from.now()) : group.points,
      lastSampleAt: isoOf(newest.get(keyOf(group))),
    })),
  };
}

async function refuseUnknown({ from, known }: Parts, metric: string): Promise<void> {
  const names = await known.names(from.now(), null);
  if (isMetricName(metric) && names.has(metric)) return;
  const similar = similarNames(names, metric);
  const advice = similar.length > 0 ? `there are ${similar.join(', ')}` : 'list the metrics to see the names';
  throw new NoAnswer(`no metric is called ${metric} in the last day; ${advice}`, { why: 'bad_query' });
}

/** Long steps hide when a series ended: it is looked for again in minutes. Not knowing it does not spoil the numbers. */
async function lastSamples(
  { api }: Parts,
  asked: MetricQuery,
  metric: Known,
  { from, to }: TimeWindow,
  signal: AbortSignal,
  warnings: string[],
): Promise<Groups | null> {
  const grid = { from: Math.max(from, to - MAX_POINTS * FINE_MS), to, stepMs: FINE_MS };
  const { query } = readingOf(asked, metric, FINE_MS / 1000, []);
  return orNotKnown('when the last samples were written', warnings, () => api.series(query, grid, asked.limit, signal));
}

function keyOf({ labels }: Group): string {
  return labelsKey(labels);
}

function isoOf(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
