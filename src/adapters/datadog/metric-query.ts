/**
 * Datadog's metric query language, built from parts that are checked or brought into the form that tags have there:
 * nothing that an agent writes becomes syntax.
 */
import { NoAnswer } from '../../lib/no-answer.ts';
import { oneQuantile } from '../../sre/ports/metric-answer.ts';
import type { MetricInfo, MetricQuery } from '../../sre/ports/metrics.ts';

export interface Reading {
  query: string;
  /** Of the points, from the metric's own. */
  unit: string;
  /** Points are sums over their step, so that a step that is not over yet is too low. */
  sums: boolean;
}
/** What the query says of the metric. */
export interface Known {
  name: string;
  type: MetricInfo['type'];
  unit: string;
  labels: Record<string, string[]>;
}

/** Distributions answer these when percentiles are switched on for them. */
export const QUANTILES = ['0.5', '0.75', '0.9', '0.95', '0.99'];
/** Without an aggregate each combination of tags is a series; more tags than these are joined by average. */
const MOST_KEYS = 10;

export function readingOf(asked: MetricQuery, known: Known, stepSeconds: number, warnings: string[]): Reading {
  switch (known.type) {
    case 'histogram':
      return ofDistribution(asked, known, stepSeconds, warnings);
    case 'counter':
      return ofCount(asked, known, stepSeconds, warnings);
    case 'gauge':
    case 'summary':
    case 'unknown':
      return ofGauge(asked, known, stepSeconds, warnings);
  }
}

function ofCount(asked: MetricQuery, known: Known, stepSeconds: number, warnings: string[]): Reading {
  const space = asked.aggregate === 'none' ? 'sum' : asked.aggregate;
  const selected = `${space}:${known.name}${scope(asked.labels)}${by(keysOf(asked, known, warnings))}`;
  const time = `rollup(sum, ${stepSeconds}).fill(null)`;
  if (asked.as !== 'raw') return { query: `${selected}.as_rate().${time}`, unit: `${known.unit || '1'}/s`, sums: true };
  warnings.push(`points are increments over ${stepSeconds} s: Datadog keeps no totals of a count`);
  return { query: `${selected}.as_count().${time}`, unit: known.unit, sums: true };
}

/** Gaps stay gaps: Datadog would draw a line through them. */
function ofGauge(asked: MetricQuery, known: Known, stepSeconds: number, warnings: string[]): Reading {
  const space = asked.aggregate === 'none' ? 'avg' : asked.aggregate;
  const time = space === 'sum' ? 'avg' : space;
  const quantiles = known.labels.quantile;
  const own = quantiles === undefined ? asked.labels : oneQuantile(asked, quantiles, warnings);
  const selected = `${space}:${known.name}${scope(own)}${by(keysOf(asked, known, warnings))}`;
  const query = `${selected}.rollup(${time}, ${stepSeconds}).fill(null)`;
  if (asked.as !== 'rate') return { query, unit: known.unit, sums: false };
  return { query: `per_second(${query})`, unit: `${known.unit || '1'}/s`, sums: false };
}

/** Percentiles come from all values of the step; means, too. They are not joined afterwards. */
function ofDistribution(asked: MetricQuery, known: Known, stepSeconds: number, warnings: string[]): Reading {
  const { quantile, ...labels } = asked.labels;
  if (quantile !== undefined && !QUANTILES.includes(quantile)) {
    const have = QUANTILES.join(', ');
    throw new NoAnswer(`Datadog keeps no quantile "${quantile.slice(0, 20)}"; there are ${have}`, { why: 'bad_query' });
  }
  const extreme = asked.aggregate === 'max' || asked.aggregate === 'min' ? asked.aggregate : 'avg';
  const space = quantile === undefined ? extreme : `p${Math.round(Number(quantile) * 100)}`;
  if (quantile === undefined)
    warnings.push(`${extreme} of the distribution; ask for a label quantile to get a percentile`);
  const keys = keysOf(asked, known, warnings).filter((key) => key !== 'quantile');
  const query = `${space}:${known.name}${scope(labels)}${by(keys)}.rollup(${stepSeconds}).fill(null)`;
  return { query, unit: known.unit, sums: false };
}

/** The tags with fewest values stay: they say most of what a series is. */
function keysOf({ aggregate, groupBy, labels }: MetricQuery, known: Known, warnings: string[]): string[] {
  if (aggregate !== 'none') return groupBy;
  if (groupBy.length > 0) warnings.push('group_by has no effect without an aggregate');
  const keys = Object.keys(known.labels)
    .filter((key) => known.type !== 'histogram' || key !== 'quantile')
    .toSorted((left, right) => (known.labels[left]?.length ?? 0) - (known.labels[right]?.length ?? 0));
  const shown = [...new Set([...Object.keys(labels).filter((key) => keys.includes(key)), ...keys])].slice(0, MOST_KEYS);
  if (shown.length < keys.length)
    warnings.push(`series that differ only in ${keys.filter((key) => !shown.includes(key)).join(', ')} are joined`);
  return shown;
}

/** Throws `NoAnswer` for what can be no tag key. */
export function refuseOddKeys({ labels, groupBy }: Pick<MetricQuery, 'labels' | 'groupBy'>): void {
  const odd = [...Object.keys(labels), ...groupBy].find((key) => !/^[\p{L}_][\p{L}\p{N}_./-]{0,199}$/u.test(key));
  if (odd !== undefined) throw new NoAnswer(`"${odd.slice(0, 60)}" cannot be the name of a tag`, { why: 'bad_query' });
}

export function isMetricName(name: string): boolean {
  return /^[a-zA-Z][\w.]{0,199}$/.test(name);
}

/** As Datadog keeps it: lower case, odd characters replaced by `_`, a wildcard among them. */
export function tagValue(value: string): string {
  return value
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_:./-]/gu, '_')
    .slice(0, 200);
}

export function tagFilter(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key.toLowerCase()}:${tagValue(value)}`)
    .join(',');
}

function scope(labels: Record<string, string>): string {
  return `{${tagFilter(labels) || '*'}}`;
}

function by(keys: readonly string[]): string {
  return keys.length === 0 ? '' : ` by {${keys.map((key) => key.toLowerCase()).join(',')}}`;
}
