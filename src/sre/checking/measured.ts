/** A result taken apart: what was measured in a known unit, the window that was asked for, and all the rest as it stands. */
import { isObject, type JsonObject, jsonObject } from '../../lib/json-object.ts';
import { type Unit, unitOf } from './units.ts';

export interface Measured {
  value: number;
  unit: Unit | null;
  /** Labels of the series it stands in. */
  labels: Record<string, string>;
}

export interface Parts {
  measured: Measured[];
  /** RFC 3339 times that were asked for. */
  asked: string[];
  /** The result without these. */
  rest: string;
  /** It holds lists, and nothing in any of them. */
  empty: boolean;
}

/** Beside the points of a series, what is said of its shape and not in its unit. */
const SHAPE = new Set(
  'n ratio confidence plus_minus_minutes shift_score max_score count score step_seconds per_hour'.split(' '),
);
/** Under which tools list what they found. */
const RESULTS = 'lines patterns changes deploys series services metrics traces operations'.split(' ');
const RATIO: Unit = { kind: 'share', scale: 1 };

export function partsOf(content: string): Parts {
  const body = jsonObject(content);
  if (body === null) return { measured: [], asked: [], rest: content, empty: false };
  const { range, ...others } = body;
  const data = isObject(others.data) ? others.data : null;
  if (data === null) return { measured: [], asked: textsIn(range), rest: JSON.stringify(others), empty: false };
  const { baseline, ...own } = data;
  const series = typeof own.unit === 'string' && Array.isArray(own.series) ? own.series : [];
  const unit = unitNamed(own.unit);
  const measured = series.flatMap((row) => (isObject(row) ? takenFrom(row, unit) : []));
  const kept =
    series.length === 0 ? own : { ...own, series: series.map((row) => (isObject(row) ? shapeOf(row) : row)) };
  return {
    measured,
    asked: [...textsIn(range), ...textsIn(baseline)],
    rest: JSON.stringify({ ...others, data: kept }),
    empty: isEmpty(own),
  };
}

/** Null for one in which numbers are read as whoever writes them says. */
function unitNamed(name: unknown): Unit | null {
  if (name === 'ratio') return RATIO;
  const unit = typeof name === 'string' && name.length > 0 ? unitOf(name) : null;
  return unit?.kind === 'time' || unit?.kind === 'share' ? unit : null;
}

function takenFrom(row: JsonObject, unit: Unit | null): Measured[] {
  const labels = isObject(row.labels)
    ? Object.fromEntries(Object.entries(row.labels).map(([key, value]) => [key, String(value)]))
    : {};
  const found: Measured[] = [];
  walk(row, (value) => found.push({ value: Math.abs(value), unit, labels }));
  return found;
}

function walk(value: unknown, take: (value: number) => void): void {
  if (typeof value === 'number') take(value);
  else if (Array.isArray(value)) for (const one of value) walk(one, take);
  else if (isObject(value)) for (const [key, one] of Object.entries(value)) if (!SHAPE.has(key)) walk(one, take);
}

/** What `walk` leaves, with the times of the points. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'number') return null;
  if (Array.isArray(value)) return value.map(shapeOf);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, SHAPE.has(key) ? one : shapeOf(one)]));
}

function isEmpty(data: JsonObject): boolean {
  const lists = RESULTS.map((key) => data[key]).filter((value) => Array.isArray(value));
  const counts = [data.total, data.count].filter((value) => typeof value === 'number');
  return lists.length > 0 && lists.every((list) => list.length === 0) && counts.every((count) => count === 0);
}

function textsIn(value: unknown): string[] {
  return isObject(value) ? Object.values(value).filter((one) => typeof one === 'string') : [];
}
