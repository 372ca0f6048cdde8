/** Where a port's answers come from, and the answers that every port of a world gives alike. */
import type { TimeRange } from '../../sre/evidence.ts';
import type { Answer } from '../../sre/ports/answer.ts';

export interface Place {
  /** `world s1-connection-leak`. */
  source: string;
  dir: string;
  /** Milliseconds; nothing later is shown. */
  now: number;
}

export function found<Data>(
  place: Place,
  data: Data,
  extra: { range?: TimeRange | null; truncated?: boolean; warnings?: string[] } = {},
): Answer<Data> {
  const { range = null, truncated = false, warnings = [] } = extra;
  return { status: 'ok', data, source: place.source, range, truncated, warnings, url: null };
}

export function notThere(place: Place, file: string): Answer<never> {
  const detail = `${file} is not in this world: this source cannot be looked at`;
  return { status: 'unavailable', source: place.source, why: 'not_configured', detail };
}

export function badQuery(place: Place, detail: string): Answer<never> {
  return { status: 'unavailable', source: place.source, why: 'bad_query', detail };
}

export interface Window {
  from: number;
  to: number;
  range: TimeRange;
  warnings: string[];
}

/** The range in milliseconds, its end no later than now; null when it is not a range. */
export function windowOf(place: Place, range: TimeRange): Window | null {
  const from = Date.parse(range.start);
  const asked = Date.parse(range.end);
  if (!(from <= asked)) return null;
  const to = Math.min(asked, place.now);
  const now = new Date(place.now).toISOString();
  const warnings = to < asked ? [`the range ends at ${now}: nothing later exists yet`] : [];
  const end = new Date(Math.max(from, to)).toISOString();
  return { from, to, range: { start: new Date(from).toISOString(), end }, warnings };
}

export function notARange(place: Place, range: TimeRange): Answer<never> {
  return badQuery(place, `${range.start} … ${range.end} is not a time range: give RFC 3339 times, start first`);
}
