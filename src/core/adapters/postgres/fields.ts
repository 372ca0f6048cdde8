import { createHash } from 'node:crypto';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const DEPTH_MAX = 8;
const LENGTH_MAX = 200;

/** The fields of a body that a list may be narrowed by: text and numbers, by their dotted path. */
export function fieldsOf(body: unknown): string[] {
  return fieldsUnder(body, []);
}

function fieldsUnder(value: unknown, path: readonly string[]): string[] {
  if (typeof value === 'string' || typeof value === 'number')
    return path.length > 0 ? [field(path.join('.'), value)] : [];
  if (typeof value !== 'object' || value === null || Array.isArray(value) || path.length === DEPTH_MAX) return [];
  const named = Object.entries(value).filter(([name]) => NAME.test(name));
  return named.flatMap(([name, inner]) => fieldsUnder(inner, [...path, name]));
}

/** Text and number stay apart by the quotes of JSON; long values stand as their digest. */
export function field(path: string, value: string | number): string {
  const text = JSON.stringify(value);
  const kept = text.length <= LENGTH_MAX ? text : createHash('sha256').update(text).digest('hex');
  return `${path}=${kept}`;
}
