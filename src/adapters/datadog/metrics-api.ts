/** The endpoints for metrics that are used, with their answers checked. All times are milliseconds. */
import { MetricsApi as MetricsApiV1 } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi.js';
import { MetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/MetricsApi.js';
import type { Unit } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/Unit.js';
import { NoAnswer } from '../../lib/no-answer.ts';
import { type Datadog, malformed } from './client.ts';
import { tagFilter } from './metric-query.ts';

export interface Told {
  /** `gauge`, `count`, `rate`, `distribution`, or empty. */
  type: string;
  unit: string;
  help: string;
}
export interface Group {
  labels: Record<string, string>;
  unit: string;
  points: [number, number][];
}
export interface Groups {
  groups: Group[];
  /** Between points, as answered; null with fewer than two. */
  stepMs: number | null;
  warnings: string[];
}
export interface MetricsEndpoints {
  /** Names of metrics that were written since; of one service when it is given. */
  names(since: number, service: string | null): Promise<string[]>;
  /** Rejects with `NoAnswer` where Datadog knows nothing of it. */
  told(metric: string): Promise<Told>;
  /** Keys and values of the tags of the last hours; of one service when it is given. */
  tags(metric: string, service: string | null): Promise<Record<string, string[]>>;
  series(
    query: string,
    grid: { from: number; to: number; stepMs: number },
    most: number,
    signal: AbortSignal,
  ): Promise<Groups>;
}

const TAGS_SECONDS = 4 * 3600;
const LABEL_VALUES = 20;
/** What a group is called that lacks the tag. */
const NO_TAG = 'N/A';

export function metricsEndpoints({ ask }: Datadog): MetricsEndpoints {
  /** What several questions share must not end with the one that asked first. */
  const shared = new AbortController().signal;
  return {
    async names(since, service) {
      const request = {
        from: Math.floor(since / 1000),
        ...(service === null ? {} : { tagFilter: tagFilter({ service }) }),
      };
      const { metrics } = await ask((to) => new MetricsApiV1(to).listActiveMetrics(request), shared);
      if (!Array.isArray(metrics)) throw malformed('no list of metrics');
      return metrics;
    },
    async told(metricName) {
      const told = await ask((to) => new MetricsApiV1(to).getMetricMetadata({ metricName }), shared);
      const unit = told.unit ? plural(told.unit) : '';
      return {
        type: told.type ?? '',
        unit: told.perUnit ? `${unit || '1'}/${told.perUnit}` : unit,
        help: told.description ?? '',
      };
    },
    async tags(metricName, service) {
      const filter = service === null ? {} : { filterTags: tagFilter({ service }) };
      const request = { metricName, windowSeconds: TAGS_SECONDS, ...filter };
      const { data } = await ask((to) => new MetricsApi(to).listTagsByMetricName(request), shared);
      if (data?.attributes === undefined) throw malformed('no tags');
      return byKey(data.attributes.tags ?? []);
    },
    async series(query, { from, to, stepMs }, most, signal) {
      const attributes = {
        ...{ from, to, interval: stepMs, queries: [{ dataSource: 'metrics' as const, name: 'a', query }] },
        // One more than are shown, so that it is known whether there are more.
        formulas: [{ formula: 'a', limit: { count: most + 1, order: 'desc' as const } }],
      };
      const body = { data: { type: 'timeseries_request' as const, attributes } };
      const answer = await ask((at) => new MetricsApi(at).queryTimeseriesData({ body }), signal);
      const { series, times, values } = answer.data?.attributes ?? {};
      if (series === undefined || times === undefined || values === undefined) {
        if (answer.errors) throw new NoAnswer(`it refused the query (${answer.errors})`, { why: 'bad_query' });
        throw malformed('no series');
      }
      const [first, second] = times;
      return {
        warnings: answer.errors ? [`Datadog answered in part: ${answer.errors.slice(0, 300)}`] : [],
        stepMs: first === undefined || second === undefined ? null : second - first,
        groups: series.map((one, index) => ({
          labels: labelsOf(one.groupTags ?? []),
          unit: unitOf(one.unit ?? []),
          points: pointsOf(times, values[index] ?? []),
        })),
      };
    },
  };
}

function byKey(tags: readonly string[]): Record<string, string[]> {
  const values = new Map<string, Set<string>>();
  for (const [key, value] of tags.map(keyAndValue))
    if (value !== '') values.set(key, (values.get(key) ?? new Set()).add(value));
  return Object.fromEntries([...values].map(([key, seen]) => [key, [...seen].toSorted().slice(0, LABEL_VALUES)]));
}

function labelsOf(tags: readonly string[]): Record<string, string> {
  return Object.fromEntries(tags.map(keyAndValue).filter(([, value]) => value !== NO_TAG));
}

/** Values may hold colons, keys may not. */
function keyAndValue(tag: string): [string, string] {
  const at = tag.indexOf(':');
  return at === -1 ? [tag, ''] : [tag.slice(0, at), tag.slice(at + 1)];
}

function pointsOf(times: readonly number[], values: readonly (number | null)[]): [number, number][] {
  return times.flatMap((time, index): [number, number][] => {
    const value = values[index];
    return typeof value === 'number' && Number.isFinite(value) ? [[time, value]] : [];
  });
}

/** A pair: of what, and per what. */
function unitOf([unit, per]: readonly (Unit | null)[]): string {
  const of = unit?.plural ?? (unit?.name === undefined ? '' : plural(unit.name));
  return per?.name === undefined ? of : `${of || '1'}/${per.shortName ?? per.name}`;
}

/** `second` → `seconds`: units are named like those of other sources. */
function plural(unit: string): string {
  return /(s|percent|hertz)$/.test(unit) ? unit : `${unit}s`;
}
