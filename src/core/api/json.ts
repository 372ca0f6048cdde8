/** Bytes to a JSON value, refusing what no honest client sends. */
import { invalid } from './errors.ts';

const MAX_DEPTH = 64;

/**
 * Undefined for an empty body. Throws 400 for bytes that are not the charset they claim, for broken JSON, for nesting
 * deeper than 64 and for keys that reach into prototypes.
 */
export function parseJson(bytes: Uint8Array, contentType: string): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes, contentType);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`the body is not valid JSON: ${messageOf(error)}`, undefined, error);
  }
  refuseHostile(value);
  return value;
}

function decode(bytes: Uint8Array, contentType: string): string {
  const charset = /charset="?([^";]+)"?/i.exec(contentType)?.[1]?.trim().toLowerCase() ?? 'utf-8';
  if (!['utf-8', 'utf8', 'iso-8859-1', 'us-ascii'].includes(charset)) {
    throw invalid('the charset of the body must be UTF-8, ISO-8859-1 or US-ASCII', 'unsupported_charset');
  }
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalid(`the body is not valid ${charset}`, undefined, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
}

/** Walks with a list of its own: a recursive walk would fall over the depth it is there to refuse. */
function refuseHostile(root: unknown): void {
  const open: { value: object; depth: number }[] = [];
  const enter = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) throw invalid(`the body is nested deeper than ${MAX_DEPTH} levels`);
    open.push({ value, depth });
  };
  enter(root, 1);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (Array.isArray(value)) {
      for (const item of value) enter(item, depth + 1);
      continue;
    }
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw invalid('the key "__proto__" is not accepted');
      enter(item, depth + 1);
    }
  }
}
