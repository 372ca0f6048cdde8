import type { Answer } from '../../sre/ports/answer.ts';
import { noSeries } from '../../sre/ports/metric-answer.ts';
import type { MetricInfo, MetricQuery, Metrics, Series } from '../../sre/ports/metrics.ts';
import { aggregated, type Labelled } from './aggregate.ts';
import { meanFromSums, quantileFromBuckets } from './histogram.ts';
import { METRICS_FILE } from './load-metrics.ts';
import { badQuery, found, notARange, notThere, type Place, type Window, windowOf } from './place.ts';
import { type Grid, lastPoints, meanPoints, ratePoints } from './resample.ts';
import { labelValues, type Selection, select, shownName, similarNames, typeOf, withLabels } from './select.ts';
import type { StoredFamily, StoredSeries } from './series-store.ts';

const MAX_POINTS = 1500;
const LABEL_VALUES = 20;

export function folderMetrics(place: Place, families: StoredFamily[] | null): Metrics {
  return {
    async list(query) {
      if (families === null) return notThere(place, METRICS_FILE);
      const wanted = query.match.toLowerCase();
      const infos = families
        .map((family) => ({ family, series: ofService(family.series, query.service) }))
        .filter(
          ({ family, series }) =>
            series.length > 0 && `${shownName(family)} ${family.help}`.toLowerCase().includes(wanted),
        )
        .map(({ family, series }) => infoOf(family, series));
      return found(place, infos.slice(0, query.limit), { truncated: infos.length > query.limit });
    },
    async query(query, signal) {
      signal.throwIfAborted();
      if (families === null) return notThere(place, METRICS_FILE);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const selection = select(families, query.metric, query.labels);
      if (selection !== null) return answer(place, window, query, selection);
      const similar = similarNames(families, query.metric);
      const advice = similar.length > 0 ? `there are ${similar.join(', ')}` : 'list the metrics to see the names';
      return badQuery(place, `no metric is called ${query.metric}; ${advice}`);
    },
  };
}

function answer(place: Place, window: Window, query: MetricQuery, selection: Selection): Answer<Series[]> {
  const warnings = [...window.warnings];
  const grid = gridOf(window, query.stepSeconds, warnings);
  const { lines, unit } = labelled(selection, query, grid, warnings);
  if (lines.length === 0)
    warnings.push(noSeries(query.labels, labelValues(selection.family.series, LABEL_VALUES), 'label'));
  const grouped = group(lines, query, warnings);
  const shown = grouped.slice(0, query.limit);
  if (shown.length < grouped.length) warnings.push(`${grouped.length - shown.length} more series are not shown`);
  const series = shown.map(({ labels, points, newest }) => ({
    metric: query.metric,
    labels,
    unit,
    points,
    lastSampleAt: newest === null ? null : new Date(newest).toISOString(),
  }));
  return found(place, series, { range: window.range, truncated: shown.length < grouped.length, warnings });
}

/** Points never outnumber MAX_POINTS. */
function gridOf(window: Window, stepSeconds: number, warnings: string[]): Grid {
  const asked = Math.max(1, stepSeconds) * 1000;
  const least = Math.ceil((window.to - window.from) / MAX_POINTS / 60_000) * 60_000;
  const step = asked >= least || window.to - window.from <= MAX_POINTS * asked ? asked : least;
  if (step > asked) warnings.push(`the step was widened to ${step / 1000} s: at most ${MAX_POINTS} points a series`);
  return { from: window.from, to: window.to, step };
}

function labelled(
  selection: Selection,
  query: MetricQuery,
  grid: Grid,
  warnings: string[],
): { lines: Labelled[]; unit: string } {
  const { family } = selection;
  if (selection.is === 'histogram') {
    const { quantile: _asked, ...labels } = query.labels;
    const of = (suffix: string) =>
      series(
        family.series.filter((one) => one.name === family.name + suffix),
        labels,
        grid,
        ratePoints,
      );
    if (selection.quantile === null) warnings.push('mean of the histogram; ask for a label quantile to get one');
    const lines =
      selection.quantile === null
        ? meanFromSums(of('_sum'), of('_count'))
        : quantileFromBuckets(of('_bucket'), selection.quantile);
    return { lines, unit: family.unit };
  }
  const rates = query.as === 'rate' || (query.as === 'auto' && selection.rates);
  const points = rates ? ratePoints : selection.rates ? lastPoints : meanPoints;
  const chosen = oneQuantile(selection.series, query, warnings);
  const unit = rates ? `${family.unit === '' ? '1' : family.unit}/s` : family.unit;
  return { lines: series(chosen, query.labels, grid, points), unit };
}

/** Quantiles must not be added or averaged: an aggregate over a summary takes its highest one. */
function oneQuantile(all: StoredSeries[], query: MetricQuery, warnings: string[]): StoredSeries[] {
  const quantiles = new Set(all.flatMap((one) => one.labels.quantile ?? []));
  const mixed =
    query.labels.quantile === undefined && !query.groupBy.includes('quantile') && query.aggregate !== 'none';
  if (quantiles.size < 2 || !mixed) return all;
  const highest = [...quantiles].toSorted((left, right) => Number(left) - Number(right)).at(-1);
  warnings.push(`only quantile ${highest}: quantiles cannot be put together; name one with the label quantile`);
  return all.filter((one) => one.labels.quantile === highest);
}

function series(
  all: StoredSeries[],
  labels: Record<string, string>,
  grid: Grid,
  points: (one: StoredSeries, grid: Grid) => [number, number][],
): Labelled[] {
  return withLabels(all, labels).map((one) => ({
    labels: one.labels,
    points: points(one, grid),
    newest: one.times.at(-1) ?? null,
  }));
}

function group(lines: Labelled[], query: MetricQuery, warnings: string[]): Labelled[] {
  if (query.aggregate !== 'none') return aggregated(lines, query.groupBy, query.aggregate);
  if (query.groupBy.length > 0) warnings.push('group_by has no effect without an aggregate');
  const inRange = lines.filter(({ points }) => points.length > 0);
  if (inRange.length < lines.length)
    warnings.push(`${lines.length - inRange.length} series have no samples in the range`);
  return inRange;
}

function ofService(all: StoredSeries[], service: string | null): StoredSeries[] {
  return service === null ? all : all.filter((one) => one.labels.service === service);
}

function infoOf(family: StoredFamily, all: StoredSeries[]): MetricInfo {
  const { help, unit } = family;
  return {
    name: shownName(family),
    type: typeOf(family),
    help,
    unit,
    labels: labelValues(all, LABEL_VALUES),
    series: all.length,
  };
}
