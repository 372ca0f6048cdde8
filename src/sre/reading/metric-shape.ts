/** What kind of quantity a metric is, from its type, unit and name: decides how its series may be joined. */
import type { MetricInfo, MetricQuery } from '../ports/metrics.ts';

const SHARED =
  /(ratio|percent|utili[sz]ation|fraction|usage_rate|_seconds|_ms|duration|latency|lag|age|success|_up)$|^up$/;

/** Counts and sizes add up over pods; shares, durations and states do not. */
export function naturalAggregate(info: MetricInfo): MetricQuery['aggregate'] {
  if (info.type === 'counter') return 'sum';
  if (info.labels.quantile !== undefined) return 'max';
  const unit = info.unit.toLowerCase();
  if (['ratio', 'percent', '%', 'seconds', 'milliseconds', 's', 'ms'].includes(unit)) return 'avg';
  return SHARED.test(info.name) ? 'avg' : 'sum';
}

/** The slowest quantile, because quantiles cannot be joined with each other; null when there is no such label. */
export function worstQuantile(info: MetricInfo): string | null {
  const known = info.labels.quantile ?? [];
  return known.toSorted((a, b) => Number(b) - Number(a))[0] ?? null;
}

/** Seconds between points that keep a window within 1,500 of them. */
export function stepFor(lengthMs: number): number {
  const raw = lengthMs / 1000 / 1500;
  return [60, 120, 300, 900, 1800, 3600].find((step) => step >= raw) ?? 7200;
}
