/** One digest for one value: SHA-256 over its canonical JSON (RFC 8785). */
import { createHash } from 'node:crypto';

export function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}

/**
 * Keys in order of their UTF-16 code units, no blanks, numbers as ECMAScript writes them. Throws `TypeError` for what
 * has no canonical form: non-finite numbers, integers beyond 2^53, lone surrogates, undefined, functions.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${canonicalString(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(`a value of type ${typeof value} has no canonical JSON`);
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a number that is not finite has no canonical JSON');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new TypeError('an integer beyond 2^53 has no canonical JSON');
  }
  return JSON.stringify(value);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function canonicalString(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new TypeError('text with half a character has no canonical JSON');
  return JSON.stringify(value);
}
