/** How things are called in prose: a signal by what it measures and whose it is, a change by its id and title. */
import { plainLabel } from './labels.ts';
import type { Change } from './shapes.ts';
import type { Signal } from './signals.ts';
import { COPY_LABELS } from './vocabulary.ts';

const UNITS = /_(total|seconds|milliseconds|ms|bytes|ratio|percent|count)$/;
const ACRONYMS = new Set('http https db cpu rpc grpc tls dns api io gc jvm sql tcp ssl rss ip'.split(' '));
const SHOWN_ELSEWHERE = new Set(['quantile']);

/** `checkout's DB pool connections in use`, `web-bff's HTTP requests (status "502")`. */
export function subject(signal: Signal): string {
  const of = signal.service === null ? '' : `${signal.service}${signal.service.endsWith('s') ? "'" : "'s"} `;
  const extra = Object.entries(signal.labels).filter(
    ([key, value]) => value !== signal.service && !SHOWN_ELSEWHERE.has(key),
  );
  return `${of}${measure(signal)}${inBrackets(extra)}`;
}

/** ` (code "500", route "/pay")`. Values that are empty or have quotation marks of their own cannot be read back from between two of them. */
export function inBrackets(labels: readonly [string, string][]): string {
  const told = labels.filter(([, value]) => value !== '' && !/["“”]/.test(value));
  return told.length === 0 ? '' : ` (${told.map(([key, value]) => `${key} "${value}"`).join(', ')})`;
}

/** The same without its owner, for a sentence that has named the service: `p99 app request duration`. */
export function measure(signal: Signal): string {
  const words = plain(signal.metric);
  return signal.quantile === null ? words : `${percentile(signal.quantile)}${words}`;
}

/** With the name to look it up by: for the first time a signal is mentioned. */
export function introduced(signal: Signal): string {
  return `${subject(signal)} (\`${signal.metric}\`)`;
}

/** `DB pool connections max`. */
export function plainName({ metric }: Signal): string {
  return plain(metric);
}

function plain(metric: string): string {
  return metric
    .replace(UNITS, '')
    .replace(UNITS, '')
    .split(/[_:.]+/)
    .map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word))
    .join(' ');
}

function percentile(quantile: string): string {
  const digits = quantile.replace(/^0?\.|^1$/, '');
  if (quantile === '1') return 'longest ';
  if (!/^\d{1,3}$/.test(digits)) return '';
  return /\bp\d\d/.test(digits) ? '' : `p${digits.length === 1 ? `${digits}0` : digits} `;
}

/** Once, in full: `deploy-c7c2c7b ("checkout: second try for slow tax answers")`. Afterwards the id is enough. */
export function named(change: Change): string {
  if (!change.title.includes('"')) return `${change.id} ("${change.title}")`;
  // A title with quotation marks of its own is set in others, or left out: the checker reads it word by word.
  return /[“”]/.test(change.title) ? change.id : `${change.id} (“${change.title}”)`;
}

/** How many words the names of two metrics share: `db_pool_connections_max` and `db_pool_connections_in_use` three. */
export function sharedWords(one: Signal, other: Signal): number {
  const words = new Set(other.metric.split('_'));
  return one.metric.split('_').filter((word) => words.has(word)).length;
}

/** What a lead does, as a noun for later sentences. */
export function theMove({ fact }: Signal): string {
  const { change } = fact;
  if (change === null) return 'the change';
  const up = change.to >= change.from;
  if (change.kind === 'slope') return up ? 'the climb' : 'the decline';
  return up ? 'the jump' : 'the drop';
}

/** The label that tells copies of one thing apart in this signal; undefined when it is no copy. */
export function copyLabel(signal: Signal | undefined): string | undefined {
  const own = Object.keys(signal?.fact.labels ?? {});
  return COPY_LABELS.flatMap((copy) => own.filter((label) => label === copy || plainLabel(label) === copy))[0];
}
