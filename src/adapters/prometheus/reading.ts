/** What is asked of a metric → how it is read: rates of what grows, quantiles out of buckets, means of the rest. */

import { NoAnswer } from '../../lib/no-answer.ts';
import { oneQuantile } from '../../sre/ports/metric-answer.ts';
import type { MetricQuery } from '../../sre/ports/metrics.ts';
import type { Described } from './catalog.ts';
import type { Family } from './family.ts';
import { QUANTILES } from './list.ts';
import type { Reading } from './promql.ts';

export interface Asked {
  reading: Reading;
  joined: Pick<MetricQuery, 'aggregate' | 'groupBy'>;
  unit: string;
}
interface Spacing {
  stepMs: number;
  scrapeMs: number;
}

export function readingOf(
  query: MetricQuery,
  family: Family,
  described: Described | null,
  spacing: Spacing,
  warnings: string[],
): Asked {
  if (query.aggregate === 'none' && query.groupBy.length > 0)
    warnings.push('group_by has no effect without an aggregate');
  const joined = { aggregate: query.aggregate, groupBy: query.groupBy.filter((name) => name !== 'quantile') };
  if (family.made !== 'plain') return { reading: ofParts(query, family, spacing, warnings), joined, unit: family.unit };
  const rates = query.as === 'rate' || (query.as === 'auto' && family.grows);
  const labels = oneQuantile(query, described?.labels.quantile ?? [], warnings);
  const { name: metric, unit } = family;
  if (rates) {
    const reading = { is: 'rate' as const, metric, labels, windowMs: rateWindow(spacing) };
    return { reading, joined: { ...joined, groupBy: query.groupBy }, unit: `${unit === '' ? '1' : unit}/s` };
  }
  return {
    reading: { metric, labels, ...levels(family, spacing) },
    joined: { ...joined, groupBy: query.groupBy },
    unit,
  };
}

/** Wide enough for a sample before the step, and for four samples when some are missed. */
function rateWindow({ stepMs, scrapeMs }: Spacing): number {
  return Math.max(stepMs + scrapeMs, 4 * scrapeMs);
}

/**
 * The mean of a step's samples, the step's beginning not included. Steps as short as the scrapes show the newest
 * sample instead, looked for a little further back, so that a late scrape is no gap but an ended series is one.
 */
function levels({ grows }: Family, { stepMs, scrapeMs }: Spacing): { is: 'mean' | 'last'; windowMs: number } {
  if (stepMs >= 2 * scrapeMs) return { is: grows ? 'last' : 'mean', windowMs: stepMs - 1 };
  return { is: 'last', windowMs: Math.max(stepMs, scrapeMs) + Math.ceil(scrapeMs / 2) };
}

function ofParts(query: MetricQuery, family: Family, spacing: Spacing, warnings: string[]): Reading {
  const { quantile, ...labels } = query.labels;
  const { name: metric } = family;
  const windowMs = rateWindow(spacing);
  const apart = query.groupBy.includes('quantile') && query.aggregate !== 'none';
  if (family.made === 'sums') {
    if (quantile !== undefined)
      throw new NoAnswer(`${metric} has no quantiles, only sums and counts`, { why: 'bad_query' });
    warnings.push('mean of the summary: it keeps no quantiles');
    return { is: 'quotient', metric, labels, windowMs };
  }
  if (quantile === undefined && !apart) {
    warnings.push('mean of the histogram; ask for a label quantile to get one');
    return { is: 'quotient', metric, labels, windowMs };
  }
  const quantiles = (quantile === undefined ? QUANTILES : [quantile]).map(Number);
  if (quantiles.some((one) => !(one >= 0 && one <= 1))) {
    throw new NoAnswer(`quantile "${String(quantile).slice(0, 20)}" is not a number from 0 to 1`, { why: 'bad_query' });
  }
  if (query.aggregate !== 'none') warnings.push('buckets are added up first, then the quantile is read out of them');
  return { is: 'quantiles', metric, labels, windowMs, quantiles };
}
