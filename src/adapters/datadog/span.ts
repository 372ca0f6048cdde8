import type { Span as Given } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/Span.js';
import type { Span } from '../../sre/ports/traces.ts';
import { malformed } from './client.ts';

/** One that Datadog keeps, with the trace that it is of. */
export interface KeptSpan extends Span {
  trace: string;
}

const MOST_ATTRIBUTES = 20;
const DEEPEST = 4;
/** Datadog's own business, and what is told otherwise. */
const DULL = /^(_|duration$|language$|runtime-id$|process_id$|span\.kind$|trace_id$|span_id$)/;

export function spanOf({ attributes: given }: Given): KeptSpan {
  const [start, end] = [given?.startTimestamp?.getTime(), given?.endTimestamp?.getTime()];
  if (given?.traceId === undefined || given.spanId === undefined || !isTime(start) || !isTime(end))
    throw malformed('a span without ids or times');
  const told = new Map([...flat(given.attributes), ...flat(given.custom), ...flat(given.additionalProperties)]);
  const parent = given.parentId ?? '0';
  return {
    trace: given.traceId.toLowerCase(),
    id: given.spanId,
    parent: /^0*$/.test(parent) ? null : parent,
    service: given.service ?? 'unknown',
    operation: given.resourceName ?? told.get('operation_name') ?? 'unknown',
    start,
    durationMs: durationOf(end - start, Number(told.get('duration'))),
    error: told.get('status') === 'error' || hasError(told),
    attributes: Object.fromEntries([...told].filter(([key]) => !DULL.test(key)).slice(0, MOST_ATTRIBUTES)),
  };
}

function isTime(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

/** Times come in milliseconds, the duration in nanoseconds: it is finer, where it is the span's. */
function durationOf(between: number, nanoseconds: number): number {
  const told = nanoseconds / 1e6;
  return Math.abs(told - between) <= 2 ? told : Math.max(0, between);
}

function hasError(told: ReadonlyMap<string, string>): boolean {
  if (['1', 'true'].includes(told.get('error') ?? '')) return true;
  return ['error.type', 'error.message', 'error.stack'].some((key) => (told.get(key) ?? '') !== '');
}

/** Nested attributes under dotted names, as its search calls them. */
function flat(value: unknown, name = '', depth = 0): [string, string][] {
  if (value === null || value === undefined || depth > DEEPEST) return [];
  if (typeof value !== 'object' || Array.isArray(value)) return name === '' ? [] : [[name, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name}.${key}`, depth + 1));
}
