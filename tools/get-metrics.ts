import { z } from 'zod';
import type { MetricInfo, MetricQuery } from '../src/sre/ports/metrics.ts';
import { fitSize } from '../src/sre/reading/fit-size.ts';
import { sourcesOf } from '../src/sre/reading/looks.ts';
import { naturalAggregate, stepFor, worstQuantile } from '../src/sre/reading/metric-shape.ts';
import { badInput, couldNotLook, looked } from '../src/sre/reading/result.ts';
import { reportSeries, type SeriesReport } from '../src/sre/reading/series-report.ts';
import { HOUR, momentOf, TIME_HELP, wholeSteps, windowInput, windowOf } from '../src/sre/reading/window.ts';
import { defineTool } from '../src/sre/tool.ts';

const input = z.object({
  metric: z.string().min(1).max(300).describe('exact name, from list_metrics'),
  labels: z
    .record(z.string(), z.union([z.string(), z.array(z.string()).min(1).max(24)]))
    .default({})
    .describe('exact label matches, {"service":"…"}; a list means any of its values, one series for each'),
  ...windowInput('three hours before end'),
  group_by: z
    .array(z.string())
    .max(4)
    .default([])
    .describe('labels to keep apart: one series for each combination. Use pod, version or region as a control'),
  aggregate: z
    .enum(['auto', 'sum', 'avg', 'max', 'min', 'none'])
    .default('auto')
    .describe('how the other series are joined; auto adds counts and averages shares and durations'),
  as: z.enum(['auto', 'raw', 'rate']).default('auto').describe('auto turns counters into per-second rates'),
  step_seconds: z.number().int().min(15).max(7200).optional(),
  compare_at: z.string().optional().describe(`compare the medians before and after this moment. ${TIME_HELP}`),
  points: z.number().int().min(4).max(60).default(60).describe('most points shown of each series'),
  limit: z.number().int().min(1).max(60).default(20).describe('most series in the answer'),
});

export const tool = defineTool({
  name: 'get_metrics',
  description:
    'Series of one metric over a window, each with at most 60 points and, over all samples: stats, before/after, change (when, level or slope, from, to, per hour, resets), last_window (is it still so), freshness. A missing point is a gap, not a zero. Times are UTC.',
  input,
  effect: 'read',
  of: ['metrics'],
  async run(asked, world) {
    const window = windowOf(asked, world.now, 3 * HOUR);
    if (!window.ok) return badInput('metrics', window.error);
    const compareAt = asked.compare_at === undefined ? null : momentOf(asked.compare_at, world.now);
    if (asked.compare_at !== undefined && compareAt === null)
      return badInput('metrics', `compare_at "${asked.compare_at}" is no time; give a ${TIME_HELP}`);
    const known = await world.metrics.list({ match: asked.metric, service: null, limit: 50 }, world.signal);
    if (known.status === 'unavailable') return couldNotLook(known);
    const info = known.data.find((metric) => metric.name === asked.metric);
    if (info === undefined) return badInput(known.source, unknownMetric(asked.metric, known.data));
    const stepSeconds = asked.step_seconds ?? stepFor(window.end - window.start);
    const query = queryFor(asked, info, wholeSteps(window, stepSeconds), stepSeconds);
    const answer = await world.metrics.query(query, world.signal);
    if (answer.status === 'unavailable') return couldNotLook(answer);
    const wanted = answer.data.filter((series) => isAsked(series.labels, asked.labels)).slice(0, asked.limit);
    const reports = wanted.map((series) =>
      reportSeries(series, {
        start: window.start,
        end: window.end,
        stepMs: query.stepSeconds * 1000,
        maxPoints: Math.min(asked.points, Math.max(12, Math.floor(720 / wanted.length))),
        compareAt,
      }),
    );
    const { kept, dropped } = fitSize(reports, 50_000);
    const unfit = dropped > 0 ? [`${dropped} more series did not fit; narrow the labels`] : [];
    return looked(
      answer,
      {
        metric: info.name,
        type: info.type,
        unit: answer.data[0]?.unit ?? info.unit,
        labels: found(asked.labels, kept),
        quantile: kept.length === 0 ? null : (query.labels.quantile ?? null),
        aggregate: query.aggregate,
        group_by: query.groupBy.filter((label) => info.labels[label] !== undefined),
        step_seconds: query.stepSeconds,
        series: kept,
        ...sourcesOf(answer),
        hint: kept.length > 0 ? null : emptyHint(info),
      },
      { range: answer.range ?? window.range, cut: dropped > 0, warnings: [...unfit, ...stuckWords(kept)] },
    );
  },
});

/** Of what was asked for, what there is: a question is no evidence of its own words. */
function found(asked: z.infer<typeof input>['labels'], series: readonly SeriesReport[]) {
  if (series.length === 0) return {};
  const seen = (key: string, value: string) => series.some(({ labels }) => labels[key] === value);
  return Object.fromEntries(
    Object.entries(asked).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : value.filter((one) => seen(key, one)),
    ]),
  );
}

function stuckWords(series: readonly SeriesReport[]): string[] {
  const stuck = series.filter(({ stuck_since }) => stuck_since !== null).length;
  return stuck === 0
    ? []
    : [
        `${stuck} series show one and the same value for a while though they used to move (stuck_since): the instrument may be stuck, and a healthy value there is no sign of health`,
      ];
}

function queryFor(
  asked: z.infer<typeof input>,
  info: MetricInfo,
  range: MetricQuery['range'],
  stepSeconds: number,
): MetricQuery {
  const quantile = asked.aggregate === 'none' || asked.group_by.includes('quantile') ? null : worstQuantile(info);
  const exact = Object.entries(asked.labels).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value]] : [],
  );
  const lists = Object.keys(asked.labels).filter((key) => typeof asked.labels[key] !== 'string');
  const labels: Record<string, string> = Object.fromEntries(exact);
  if (quantile !== null && asked.labels.quantile === undefined) labels.quantile = quantile;
  return {
    metric: asked.metric,
    labels,
    range,
    stepSeconds,
    as: asked.as,
    groupBy: [...new Set([...asked.group_by, ...lists])],
    aggregate: asked.aggregate === 'auto' ? naturalAggregate(info) : asked.aggregate,
    // A list of values is picked out of all of them here.
    limit: lists.length > 0 ? 300 : asked.limit,
  };
}

function isAsked(labels: Record<string, string>, asked: z.infer<typeof input>['labels']): boolean {
  return Object.entries(asked).every(([key, value]) => typeof value === 'string' || value.includes(labels[key] ?? ''));
}

function unknownMetric(name: string, near: MetricInfo[]): string {
  const names = near.slice(0, 10).map((metric) => metric.name);
  return names.length > 0
    ? `there is no metric "${name}"; near it: ${names.join(', ')}`
    : `there is no metric "${name}"; list_metrics with match "" shows all`;
}

function emptyHint(info: MetricInfo): string {
  const labels = Object.entries(info.labels).map(([key, values]) => `${key}: ${values.slice(0, 12).join(', ')}`);
  return `No sample matches these labels in this window; that is not a healthy reading. Known labels of ${info.name}: ${labels.join('; ')}`;
}
