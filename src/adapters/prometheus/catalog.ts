/** What the server has: names, what they are, their labels. Kept for a minute, because every question begins here. */

import { keptFor } from '../../lib/kept-for.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Labels, PrometheusApi } from './api.ts';
import { type Family, families, type Metadata } from './family.ts';
import { selector } from './promql.ts';

export interface Known {
  names: ReadonlySet<string>;
  metadata: Metadata;
  families: Family[];
  warnings: string[];
}
export interface Described {
  labels: Record<string, string[]>;
  series: number;
}
export interface Catalog {
  /** Everything with series between `from` and `to`. */
  known(from: number, to: number): Promise<Known>;
  /** Only names of metrics with one of these label values. */
  namesOf(matches: string[], from: number, to: number): Promise<ReadonlySet<string>>;
  /** Label values of a metric; null when there are too many series to read them all. */
  describe(metric: string, matches: Labels[], from: number, to: number): Promise<Described | null>;
}

const KEPT_MS = 60_000;
const LABEL_VALUES = 20;
/** Times in keys and questions are rounded outwards, so that two questions a second apart are the same one. */
const ROUND_MS = 10 * 60_000;

export function catalog(api: PrometheusApi): Catalog {
  const metadata = keptFor<{ metadata: Metadata; warnings: string[] }>(KEPT_MS, 1);
  const knowns = keptFor<Known>(KEPT_MS, 10);
  const named = keptFor<ReadonlySet<string>>(KEPT_MS, 50);
  const described = keptFor<Described | null>(KEPT_MS, 2000);

  /** Types and help texts are good to have; a server without them still has numbers. */
  async function told(): Promise<{ metadata: Metadata; warnings: string[] }> {
    try {
      return { metadata: await api.metadata(), warnings: [] };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return {
        metadata: new Map(),
        warnings: [`types and units are guessed from names: no metadata (${error.message})`],
      };
    }
  }

  return {
    known: (from, to) => {
      const [start, end] = outwards(from, to);
      return knowns(`${start} ${end}`, async () => {
        const [names, { metadata: all, warnings }] = await Promise.all([api.names([], start, end), metadata('', told)]);
        return { names: new Set(names), metadata: all, families: families(names, all), warnings };
      });
    },
    namesOf: (matches, from, to) => {
      const [start, end] = outwards(from, to);
      return named(JSON.stringify([matches, start, end]), async () => new Set(await api.names(matches, start, end)));
    },
    describe: (metric, matches, from, to) => {
      const [start, end] = outwards(from, to);
      const selectors = matches.map((labels) => selector(metric, labels));
      return described(JSON.stringify([selectors, start, end]), async () => {
        try {
          return summary(await api.series(selectors, start, end));
        } catch (error) {
          if (error instanceof NoAnswer && error.why === 'bad_query') return null;
          throw error;
        }
      });
    },
  };
}

function outwards(from: number, to: number): [number, number] {
  return [Math.floor(from / ROUND_MS) * ROUND_MS, Math.ceil(to / ROUND_MS) * ROUND_MS];
}

function summary(series: Labels[]): Described {
  const values = new Map<string, Set<string>>();
  for (const { __name__: _name, ...labels } of series) {
    for (const [name, value] of Object.entries(labels)) values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const labels = [...values].map(([name, seen]): [string, string[]] => [
    name,
    [...seen].toSorted().slice(0, LABEL_VALUES),
  ]);
  return { labels: Object.fromEntries(labels), series: series.length };
}
