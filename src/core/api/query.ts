/**
 * Query strings as the SDK writes them: `statuses[]=idle&statuses[]=running`, `created_at[gte]=…`, brackets literal or
 * percent-encoded. Bare names are taken too, so that a curl user need not know.
 */
import { z } from 'zod';

/** Every value under its name without `[]`; a range keeps its bracket (`created_at[gte]`). */
export type RawQuery = Record<string, string[]>;

export function readQuery(url: string): RawQuery {
  const start = url.indexOf('?');
  const query: RawQuery = Object.create(null);
  if (start === -1) return query;
  for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
    const name = key.replace(/\[\d*\]$/, '');
    const values = query[name];
    if (values === undefined) query[name] = [value];
    else values.push(value);
  }
  return query;
}

/** The last value given under a name. */
export const one = z
  .array(z.string())
  .transform((values) => values[values.length - 1] ?? '')
  .meta({ type: 'string' });

export const flag = one
  .pipe(z.enum(['true', 'false']))
  .transform((value) => value === 'true')
  .meta({ type: 'boolean' });

/** At most a hundred values, each of the given ones. */
export function many<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.array(z.enum(values)).max(100);
}

/** By hand, the plus of an offset is often sent as it is, and reads as a blank. */
export const instant = one
  .transform((text) => text.replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' }))
  .transform((text) => Date.parse(text))
  .meta({ type: 'string', format: 'date-time' });

export const order = one.pipe(z.enum(['asc', 'desc']));

/** Below 1 or not a whole number is an error; above the greatest is the greatest. */
export function limit(standard: number, greatest: number) {
  const given = limitIfGiven(standard, greatest);
  return given.transform((value) => value ?? standard).meta(described(standard, greatest));
}

/** For lists that must know whether one was given. */
export function limitIfGiven(standard: number, greatest: number) {
  return one
    .pipe(z.coerce.number<string>().int().min(1))
    .transform((value) => Math.min(value, greatest))
    .optional()
    .meta(described(standard, greatest));
}

function described(standard: number, greatest: number) {
  return { type: 'integer' as const, minimum: 1, maximum: greatest, default: standard };
}

export const page = one.optional();

export const createdAtRange = {
  'created_at[gt]': instant.optional(),
  'created_at[gte]': instant.optional(),
  'created_at[lt]': instant.optional(),
  'created_at[lte]': instant.optional(),
};

export interface TimeRange {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

export function timeRange(query: {
  'created_at[gt]'?: number | undefined;
  'created_at[gte]'?: number | undefined;
  'created_at[lt]'?: number | undefined;
  'created_at[lte]'?: number | undefined;
}): TimeRange | null {
  const range: TimeRange = {};
  if (query['created_at[gt]'] !== undefined) range.gt = query['created_at[gt]'];
  if (query['created_at[gte]'] !== undefined) range.gte = query['created_at[gte]'];
  if (query['created_at[lt]'] !== undefined) range.lt = query['created_at[lt]'];
  if (query['created_at[lte]'] !== undefined) range.lte = query['created_at[lte]'];
  return Object.keys(range).length === 0 ? null : range;
}
