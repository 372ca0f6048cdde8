/** From the name in a query to the series it means. Names with and without Prometheus' suffixes are understood. */
import { growsByName } from '../../sre/ports/metric-answer.ts';
import type { StoredFamily, StoredSeries } from './series-store.ts';

export type Selection =
  | { is: 'plain'; family: StoredFamily; series: StoredSeries[]; rates: boolean }
  | { is: 'histogram'; family: StoredFamily; quantile: number | null };

/** The name under which a family is listed and queried first: counters with `_total`, unless their samples have none. */
export function shownName(family: StoredFamily): string {
  const { type, name, series } = family;
  return type === 'counter' && !series.every((one) => one.name === name) ? `${name}_total` : name;
}

/** The type as told, or as the name says it. */
export function typeOf({ type, name }: StoredFamily): StoredFamily['type'] {
  return type === 'unknown' && growsByName(name) ? 'counter' : type;
}

/** Null when no such metric exists. */
export function select(families: StoredFamily[], metric: string, labels: Record<string, string>): Selection | null {
  for (const family of families) {
    const asFamily = metric === family.name || metric === shownName(family);
    if (asFamily && family.type === 'histogram') {
      return { is: 'histogram', family, quantile: labels.quantile === undefined ? null : Number(labels.quantile) };
    }
    const plain = family.series.filter((one) => one.name === metric || (asFamily && one.name === shownName(family)));
    if (plain.length > 0) return { is: 'plain', family, series: plain, rates: grows(family, plain[0]) };
  }
  return null;
}

function grows(family: StoredFamily, series: StoredSeries | undefined): boolean {
  if (typeOf(family) === 'counter') return true;
  const cumulative = /_(sum|count|bucket)$/.test(series?.name ?? '');
  return cumulative && series?.name !== family.name && (family.type === 'histogram' || family.type === 'summary');
}

export function withLabels(series: StoredSeries[], labels: Record<string, string>): StoredSeries[] {
  const wanted = Object.entries(labels);
  return series.filter((one) => wanted.every(([name, value]) => one.labels[name] === value));
}

/** Up to ten names that share a word with the one asked for. */
export function similarNames(families: StoredFamily[], metric: string): string[] {
  const words = metric
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  return families
    .map((family) => shownName(family))
    .filter((name) => words.some((word) => name.toLowerCase().includes(word)))
    .slice(0, 10);
}

export function labelValues(series: StoredSeries[], most: number): Record<string, string[]> {
  const values = new Map<string, Set<string>>();
  for (const one of series) {
    for (const [name, value] of Object.entries(one.labels))
      values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return Object.fromEntries([...values].map(([name, seen]) => [name, [...seen].toSorted().slice(0, most)]));
}
