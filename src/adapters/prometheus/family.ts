/** From the names of series to metrics as people speak of them: `x` rather than `x_bucket`, `x_sum` and `x_count`. */
import { growsByName } from '../../sre/ports/metric-answer.ts';
import type { MetricInfo } from '../../sre/ports/metrics.ts';

export type Metadata = ReadonlyMap<string, { type: string; help: string; unit: string }>;

export interface Family {
  /** As listed, and asked for. */
  name: string;
  type: MetricInfo['type'];
  help: string;
  unit: string;
  /** `buckets` and `sums` have no series of their own name, only `_bucket`, `_sum` and `_count`. */
  made: 'plain' | 'buckets' | 'sums';
  /** True when its values only grow, so that what is of interest is how fast. */
  grows: boolean;
}

const PART = /^(.+)_(bucket|sum|count|created)$/;
const UNIT = /_(seconds|milliseconds|bytes|ratio|percent|celsius|volts|amperes|joules|grams|meters)$/;

/** Parts of histograms and summaries are listed as the whole. */
export function families(names: readonly string[], metadata: Metadata): Family[] {
  const all = new Set(names);
  const shown = new Set(names.map((name) => wholeOf(name, all) ?? name));
  return [...shown].flatMap((name) => resolve(name, all, metadata) ?? []);
}

/** The metric that a name means; null when there is none. Parts can be asked for by their own names. */
export function resolve(name: string, all: ReadonlySet<string>, metadata: Metadata): Family | null {
  if (all.has(name)) return plain(name, all, metadata);
  const { help = '', unit = '' } = metadata.get(name) ?? {};
  const whole = { name, help, unit: unit === '' ? unitIn(name) : unit, grows: false };
  if (all.has(`${name}_bucket`)) return { ...whole, type: 'histogram', made: 'buckets' };
  if (all.has(`${name}_sum`) && all.has(`${name}_count`)) return { ...whole, type: 'summary', made: 'sums' };
  return all.has(`${name}_total`) ? plain(`${name}_total`, all, metadata) : null;
}

function plain(name: string, all: ReadonlySet<string>, metadata: Metadata): Family {
  const whole = wholeOf(name, all);
  const stem = name.replace(/_total$/, '');
  const told = metadata.get(name) ?? metadata.get(stem) ?? (whole === null ? undefined : metadata.get(whole));
  const type = whole === null ? typeOf(name, told?.type, all) : 'counter';
  const unit = name.endsWith('_count') && whole !== null ? '' : (told?.unit ?? '');
  const inferred = unit === '' && !(name.endsWith('_count') && whole !== null) ? unitIn(whole ?? stem) : unit;
  const grows = whole === null ? type === 'counter' : !name.endsWith('_created');
  return { name, type, help: told?.help ?? '', unit: inferred, made: 'plain', grows };
}

/** Servers that keep no metadata leave the name to tell. */
function typeOf(name: string, told: string | undefined, all: ReadonlySet<string>): MetricInfo['type'] {
  switch (told) {
    case 'counter':
    case 'gauge':
    case 'summary':
    case 'histogram':
      return told;
    case 'info':
    case 'stateset':
      return 'gauge';
    default:
      if (growsByName(name)) return 'counter';
      return all.has(`${name}_sum`) && all.has(`${name}_count`) ? 'summary' : 'unknown';
  }
}

/** `x` for `x_bucket`, `x_sum`, `x_count` and `x_created` where they belong together; null for what stands alone. */
function wholeOf(name: string, all: ReadonlySet<string>): string | null {
  const [, base, part] = PART.exec(name) ?? [];
  if (base === undefined) return null;
  const together = all.has(`${base}_sum`) && all.has(`${base}_count`);
  if (part === 'bucket') return all.has(`${base}_count`) ? base : null;
  return together ? base : null;
}

function unitIn(name: string): string {
  return UNIT.exec(name)?.[1] ?? '';
}

/** Up to ten names that share a word with the one asked for. */
export function similarNames(all: readonly Family[], metric: string): string[] {
  const words = metric
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  return all
    .map(({ name }) => name)
    .filter((name) => words.some((word) => name.toLowerCase().includes(word)))
    .slice(0, 10);
}
