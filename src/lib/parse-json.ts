/**
 * JSON from strangers: as `JSON.parse`, but refuses what is legal and harmful. Depth is checked before parsing, so a
 * depth bomb costs one pass over the text.
 */
export class UnsafeJson extends Error {
  override readonly name = 'UnsafeJson';
}

/** Throws `UnsafeJson` when the text is not JSON, nests deeper than `maxDepth`, repeats a key or uses `__proto__` as one. */
export function parseJson(text: string, maxDepth: number): unknown {
  scan(text, maxDepth);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnsafeJson('the body is not valid JSON', { cause });
  }
}

/** Follows brackets and strings only; whatever else is wrong, `JSON.parse` says so afterwards. */
function scan(text: string, maxDepth: number): void {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') {
      open.push(new Set());
      if (open.length > maxDepth) throw new UnsafeJson(`the body nests deeper than ${maxDepth} levels`);
    } else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(text, at);
      if (isKey(text, end)) refuseKey(text.slice(at, end + 1), open.at(-1));
      at = end;
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length - 1);
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}

function refuseKey(quoted: string, seen: Set<string> | undefined): void {
  let key: unknown;
  try {
    key = JSON.parse(quoted);
  } catch (cause) {
    throw new UnsafeJson('the body is not valid JSON', { cause });
  }
  if (typeof key !== 'string') return;
  if (key === '__proto__') throw new UnsafeJson('the body uses the reserved key __proto__');
  if (seen?.has(key)) throw new UnsafeJson(`the body repeats the key ${key}`);
  seen?.add(key);
}
