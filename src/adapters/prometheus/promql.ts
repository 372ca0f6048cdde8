/**
 * PromQL, built from parts that are checked or quoted: nothing that an agent writes becomes syntax. Windows are
 * milliseconds. JSON's quoting is a subset of Go's.
 */
import type { MetricQuery } from '../../sre/ports/metrics.ts';

export type Reading =
  | { is: 'rate' | 'mean' | 'last'; metric: string; labels: Record<string, string>; windowMs: number }
  /** Several quantiles come apart by the label `quantile`. */
  | { is: 'quantiles'; metric: string; labels: Record<string, string>; windowMs: number; quantiles: number[] }
  | { is: 'quotient'; metric: string; labels: Record<string, string>; windowMs: number };

type Joined = Pick<MetricQuery, 'aggregate' | 'groupBy'>;

/** How often `timestamp` is taken when the newest sample is searched for; a sample is seen for five minutes. */
const SEARCH_STEP = '4m';

export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

export function selector(metric: string | null, labels: Record<string, string>): string {
  const name = metric === null ? [] : [`__name__=${quoted(metric)}`];
  return `{${[...name, ...Object.entries(labels).map(([key, value]) => `${key}=${quoted(value)}`)].join(',')}}`;
}

export function expression(reading: Reading, joined: Joined): string {
  const { metric, labels, windowMs } = reading;
  const window = `[${Math.round(windowMs)}ms]`;
  switch (reading.is) {
    case 'rate':
      return join(`rate(${selector(metric, labels)}${window})`, joined);
    case 'mean':
      return join(`avg_over_time(${selector(metric, labels)}${window})`, joined);
    case 'last':
      return join(`last_over_time(${selector(metric, labels)}${window})`, joined);
    case 'quotient': {
      const of = (part: string) => addUp(`rate(${selector(`${metric}_${part}`, labels)}${window})`, joined, []);
      return `${of('sum')} / ${of('count')}`;
    }
    case 'quantiles': {
      const buckets = addUp(`rate(${selector(`${metric}_bucket`, labels)}${window})`, joined, ['le']);
      return reading.quantiles
        .map((one) => `label_replace(histogram_quantile(${one}, ${buckets}), "quantile", "${one}", "", "")`)
        .join(' or ');
    }
  }
}

/** When each series, or group of series, was last written, in seconds; looked for over `searchMs` before the moment. */
export function lastWritten(metric: string, labels: Record<string, string>, searchMs: number, joined: Joined): string {
  const times = `timestamp(${selector(metric, labels)})`;
  const newest = `(${times} or max_over_time(${times}[${Math.round(searchMs)}ms:${SEARCH_STEP}]))`;
  return join(newest, { ...joined, aggregate: joined.aggregate === 'none' ? 'none' : 'max' });
}

function join(vector: string, { aggregate, groupBy }: Joined): string {
  return aggregate === 'none' ? vector : `${aggregate} by (${groupBy.join(', ')}) (${vector})`;
}

/** Buckets, sums and counts of several series are added up whatever the aggregate: quantiles and means are not joined. */
function addUp(vector: string, { aggregate, groupBy }: Joined, kept: string[]): string {
  return aggregate === 'none' ? vector : `sum by (${[...kept, ...groupBy].join(', ')}) (${vector})`;
}

function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\u{FFFD}'));
}
