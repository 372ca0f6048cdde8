/** Metrics as Datadog keeps them, and the part of its query language that Vigil writes, by its documentation. */
export interface FakeMetric {
  type: 'gauge' | 'count' | 'rate' | 'distribution';
  /** Singular, as Datadog names units. */
  unit: string;
  help: string;
  samples: Sample[];
}
interface Sample {
  at: number;
  tags: string[];
  /** Of a count: what came since the sample before. */
  value: number;
  /** Of a distribution: upper bounds, and how many values came up to each. */
  buckets?: [number, number][];
  count?: number;
}
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
}

const GRAMMAR =
  /^(per_second\()?(avg|sum|min|max|p\d\d):([\w.]+)\{([^{}]*)\}(?: by \{([^{}]*)\})?(\.as_rate\(\)|\.as_count\(\))?\.rollup\((?:(avg|sum|min|max), )?(\d+)\)\.fill\(null\)(\))?$/;

export function evaluate(metrics: Map<string, FakeMetric>, query: string, from: number, to: number) {
  const [, wrapped, space = '', name = '', scope = '', by = '', modifier, time = 'avg', seconds = '', closed] =
    GRAMMAR.exec(query) ?? [];
  const metric = metrics.get(name);
  if (metric === undefined || (wrapped === undefined) !== (closed === undefined))
    throw new QueryRefused(`Error parsing query: ${query}`);
  if (modifier !== undefined && metric.type !== 'count') throw new QueryRefused('as_rate is for counts');
  if (space.startsWith('p') && metric.type !== 'distribution')
    throw new QueryRefused('percentiles are for distributions');
  const stepMs = Number(seconds) * 1000;
  const filters = scope === '*' ? [] : scope.split(',');
  const keys = by === '' ? [] : by.split(',');
  const start = Math.floor(from / stepMs) * stepMs;
  const times = Array.from(
    { length: Math.floor((to - start) / stepMs) + 1 },
    (_unused, index) => start + index * stepMs,
  );
  const groups = new Map<string, { tags: string[]; series: Map<string, Sample[]> }>();
  for (const sample of metric.samples) {
    if (!filters.every((filter) => sample.tags.includes(filter)) || sample.at < start || sample.at >= to + stepMs)
      continue;
    const tags = keys.map((key) => sample.tags.find((tag) => tag.startsWith(`${key}:`)) ?? `${key}:N/A`);
    const group = groups.get(tags.join()) ?? { tags, series: new Map() };
    const series = group.series.get(sample.tags.join()) ?? [];
    series.push(sample);
    group.series.set(sample.tags.join(), series);
    groups.set(tags.join(), group);
  }
  const values = (series: Sample[][]) =>
    times.map((at): number | null => {
      const inside = series.map((all) => all.filter((sample) => sample.at >= at && sample.at < at + stepMs));
      const there = inside.filter((samples) => samples.length > 0);
      if (there.length === 0) return null;
      if (metric.type === 'distribution') return ofDistribution(there.flat(), space);
      const each = there.map((samples) =>
        joined(
          samples.map(({ value }) => value),
          time,
        ),
      );
      return joined(each, space) / (modifier === '.as_rate()' ? stepMs / 1000 : 1);
    });
  const unit = metric.unit;
  return {
    unit,
    times,
    groups: [...groups.values()].map(({ tags, series }) => ({ tags, values: values([...series.values()]) })),
  };
}

function joined(values: number[], how: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (how === 'sum') return sum;
  if (how === 'max') return Math.max(...values);
  return how === 'min' ? Math.min(...values) : sum / values.length;
}

/** Between the bounds of a bucket values are taken to be spread evenly. */
function ofDistribution(samples: Sample[], space: string): number | null {
  const count = samples.reduce((total, sample) => total + (sample.count ?? 0), 0);
  if (count === 0) return null;
  if (!space.startsWith('p')) return samples.reduce((total, { value }) => total + value, 0) / count;
  const rank = (Number(space.slice(1)) / 100) * count;
  const bounds = [...new Set(samples.flatMap(({ buckets = [] }) => buckets.map(([bound]) => bound)))].toSorted(
    (left, right) => left - right,
  );
  let below = 0;
  let lower = 0;
  for (const bound of bounds) {
    const upTo = samples.flatMap(({ buckets = [] }) => buckets).reduce((n, [b, c]) => n + (b === bound ? c : 0), 0);
    if (upTo >= rank) return upTo === below ? bound : lower + ((bound - lower) * (rank - below)) / (upTo - below);
    below = upTo;
    lower = bound;
  }
  return lower;
}

/** What an agent would have sent of an exporter that says this: counts as increments, histograms as distributions. */
export function loadOpenMetrics(metrics: Map<string, FakeMetric>, text: string): void {
  const told = (what: string) =>
    new Map(
      [...text.matchAll(new RegExp(`^# ${what} (\\S+) (.*)$`, 'gm'))].map(([, name = '', said = '']) => [name, said]),
    );
  const [types, units, helps] = [told('TYPE'), told('UNIT'), told('HELP')];
  const before = new Map<string, number>();
  for (const line of text.matchAll(/^(\w+)\{(.*)\} (\S+) (\S+)$/gm)) {
    const [, name = '', labels = '', value = '', seconds = ''] = line;
    const base = name.replace(/_(total|bucket|sum|count)$/, '');
    const type = sentAs(types.get(base));
    const shown = type === 'count' ? name : base;
    const unit = (units.get(base) ?? '').replace(/s$/, '');
    const metric = metrics.get(shown) ?? { type, unit, help: helps.get(base) ?? '', samples: [] };
    metrics.set(shown, metric);
    const more = increment(before, `${name}{${labels}}`, Number(value));
    add(metric, { at: Number(seconds) * 1000, name, labels, value: Number(value), more });
  }
}

function sentAs(type: string | undefined): FakeMetric['type'] {
  return type === 'counter' ? 'count' : type === 'histogram' ? 'distribution' : 'gauge';
}

/** A first value says nothing; after a restart all of it is new. */
function increment(before: Map<string, number>, series: string, value: number): number | null {
  const last = before.get(series);
  before.set(series, value);
  if (last === undefined) return null;
  return value >= last ? value - last : value;
}

interface Scraped {
  at: number;
  name: string;
  labels: string;
  value: number;
  more: number | null;
}

function add(metric: FakeMetric, { at, name, labels, value, more }: Scraped): void {
  const all = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', said = '']): [string, string] => [key, said]);
  const tags = all.filter(([key]) => key !== 'le').map(([key, said]) => `${key}:${said}`);
  if (metric.type === 'gauge') metric.samples.push({ at, tags, value });
  else if (more !== null && metric.type === 'count') metric.samples.push({ at, tags, value: more });
  else if (more !== null) addPart(metric, { at, tags, name, more, le: all.find(([one]) => one === 'le')?.[1] });
}

function addPart(
  { samples }: FakeMetric,
  { at, tags, name, more, le }: { at: number; tags: string[]; name: string; more: number; le: string | undefined },
): void {
  const known = samples.find((sample) => sample.at === at && sample.tags.join() === tags.join());
  const sample = known ?? { at, tags, value: 0, buckets: [], count: 0 };
  if (known === undefined) samples.push(sample);
  if (name.endsWith('_sum')) sample.value = more;
  else if (name.endsWith('_count')) sample.count = more;
  else if (le !== undefined && le !== '+Inf') sample.buckets?.push([Number(le), more]);
}
