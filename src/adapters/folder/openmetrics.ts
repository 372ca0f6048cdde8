/**
 * Reads OpenMetrics text with timestamps, piece by piece. Fast because neighbouring lines share everything up to the
 * value: a series' labels are parsed once. Samples later than `now` are dropped while reading.
 */

import { parseSeries } from './parse-series.ts';
import {
  type FamilyType,
  type GrowingSeries,
  growingSeries,
  push,
  type StoredFamily,
  type StoredSeries,
  settled,
} from './series-store.ts';

export class OpenMetricsError extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}

interface Meta {
  type: FamilyType;
  help: string;
  unit: string;
}

export interface OpenMetricsReader {
  feed(text: string): void;
  /** Throws OpenMetricsError when the text was cut off. */
  end(): StoredFamily[];
}

const TYPES: Record<string, FamilyType> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
};

export function openMetricsReader(now: number): OpenMetricsReader {
  const metas = new Map<string, Meta>();
  const all = new Map<string, GrowingSeries>();
  let rest = '';
  let line = 0;
  let ended = false;
  let prefix = '';
  let current: GrowingSeries | null = null;

  function readLine(text: string, start: number, end: number): void {
    line += 1;
    if (ended) throw new OpenMetricsError(line, 'something follows "# EOF"');
    if (text.charCodeAt(start) === HASH) {
      ended = readComment(ownCopy(text.slice(start, end)), metas);
      return;
    }
    if (current === null || prefix === '' || !text.startsWith(prefix, start)) begin(text, start, end);
    if (current !== null) readSample(current, text, start + prefix.length, end);
  }

  function begin(text: string, start: number, end: number): void {
    const parsed = parseSeries(ownCopy(text.slice(start, end)));
    if (parsed === null) throw new OpenMetricsError(line, `not a sample: ${text.slice(start, end).slice(0, 80)}`);
    prefix = ownCopy(text.slice(start, start + parsed.length));
    const known = all.get(prefix);
    current = known ?? growingSeries(parsed.name, parsed.labels);
    if (!known) all.set(prefix, current);
  }

  function readSample(series: GrowingSeries, text: string, start: number, end: number): void {
    const space = text.indexOf(' ', start);
    if (space < 0 || space >= end) throw new OpenMetricsError(line, 'a sample without a timestamp');
    const after = text.indexOf(' ', space + 1);
    const stop = after < 0 || after > end ? end : after;
    const value = numberOf(text.slice(start, space));
    const seconds = Number(text.slice(space + 1, stop));
    if (value === null || stop === space + 1 || !Number.isFinite(seconds)) {
      throw new OpenMetricsError(line, `not a value and a timestamp: ${text.slice(start, end).slice(0, 80)}`);
    }
    const at = Math.round(seconds * 1000);
    const before = series.times[series.length - 1];
    if (before !== undefined && at <= before) throw new OpenMetricsError(line, 'a sample older than the one before it');
    if (at <= now && !Number.isNaN(value)) push(series, at, value);
  }

  return {
    feed(text) {
      const whole = rest + text;
      let start = 0;
      for (let end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', start)) {
        if (end > start) readLine(whole, start, end);
        else line += 1;
        start = end + 1;
      }
      rest = whole.slice(start);
    },
    end() {
      if (rest !== '') readLine(rest, 0, rest.length);
      if (!ended) throw new OpenMetricsError(line, 'the text ends without "# EOF": it was cut off');
      return familiesOf([...all.values()].map(settled), metas);
    },
  };
}

const HASH = 35;

/** A slice keeps the whole text it was cut from in memory; what stays must be a copy. */
function ownCopy(slice: string): string {
  return Buffer.from(slice).toString();
}

/** True at the end of the text. */
function readComment(text: string, metas: Map<string, Meta>): boolean {
  if (text === '# EOF') return true;
  const [, keyword, quoted, content] = /^# (TYPE|HELP|UNIT) (\S+) ?(.*)$/.exec(text) ?? [];
  if (keyword === undefined || quoted === undefined) return false;
  const name = quoted.replace(/^"(.*)"$/, '$1');
  const meta = metas.get(name) ?? { type: 'unknown', help: '', unit: '' };
  metas.set(name, meta);
  if (keyword === 'TYPE') meta.type = TYPES[content ?? ''] ?? 'unknown';
  if (keyword === 'HELP') meta.help = (content ?? '').replaceAll('\\n', ' ').replaceAll('\\\\', '\\');
  if (keyword === 'UNIT') meta.unit = content ?? '';
  return false;
}

function numberOf(text: string): number | null {
  const value = Number(text);
  if (text !== '' && !Number.isNaN(value)) return value;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === 'NaN' ? Number.NaN : null;
}

function familiesOf(series: StoredSeries[], metas: Map<string, Meta>): StoredFamily[] {
  const families = new Map<string, StoredFamily>();
  for (const one of series) {
    const name = familyName(one.name, metas);
    const family = families.get(name) ?? {
      name,
      ...(metas.get(name) ?? { type: 'unknown', help: '', unit: '' }),
      series: [],
    };
    family.series.push(one);
    families.set(name, family);
  }
  return [...families.values()];
}

const SUFFIX = /_(total|bucket|sum|count|created|gcount|gsum|info)$/;

/** `http_requests_total` belongs to the family `http_requests`, when that is declared. */
function familyName(sample: string, metas: Map<string, Meta>): string {
  const base = sample.replace(SUFFIX, '');
  return !metas.has(sample) && metas.has(base) ? base : sample;
}
