/** Bytes to a JSON value, refusing what no honest client sends. */
import { invalid } from './errors.ts';

const MAX_DEPTH = 64;
/** Names and items, all levels together: far above what a request has, and read in well under a second. */
const MAX_VALUES = 250_000;

/**
 * Undefined for an empty body. Throws 400 for bytes that are not the charset they claim, for broken JSON, for nesting
 * deeper than 64, for more than 250,000 values, for numbers beyond a double and for keys that reach into prototypes.
 */
export function parseJson(bytes: Uint8Array, contentType: string): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes, contentType);
  refuseVast(text);
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

/** Before it is parsed, because what is deep or split up costs many times its length in memory then. */
function refuseVast(text: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') at = closingQuote(text, at);
    else if (mark === ',') values += 1;
    else if (mark === ']' || mark === '}') depth -= 1;
    else if (mark === '[' || mark === '{') {
      depth += 1;
      values += 1;
      if (depth > MAX_DEPTH) throw invalid(`the body is nested deeper than ${MAX_DEPTH} levels`);
    }
  }
  if (values > MAX_VALUES) throw invalid(`the body holds more than ${MAX_VALUES} values`);
}

/** The end of the text where there is none: then it is no JSON, and the parser will say so. */
function closingQuote(text: string, opening: number): number {
  for (let at = text.indexOf('"', opening + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

function refuseHostile(value: unknown): void {
  // It would come back as null.
  if (value === Infinity || value === -Infinity) throw invalid('the body holds a number too large for a double');
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) throw invalid('the key "__proto__" is not accepted');
  for (const item of Object.values(value)) refuseHostile(item);
}
