/**
 * As much of a piece of evidence as a reader is shown. Of long lists those rows stay that share most words with the
 * statements that cite them; what is left out is marked. Pure.
 */
import { isObject, type JsonObject, jsonObject } from '../../lib/json-object.ts';

export interface Excerpt {
  text: string;
  /** True when something is left out. */
  cut: boolean;
}

/** `words` in lower case; `most` is in characters. The excerpt of a JSON object is one, where that fits. */
export function excerpt(content: string, words: ReadonlySet<string>, most: number): Excerpt {
  if (content.length <= most) return { text: content, cut: false };
  const pruned = prune(jsonObject(content), words, most);
  if (pruned !== null && pruned.length <= most) return { text: pruned, cut: true };
  const half = Math.floor(most / 2);
  const left = content.length - 2 * half;
  return { text: `${content.slice(0, half)}\n[${left} characters left out]\n${content.slice(-half)}`, cut: true };
}

/** The words of a statement that rows can share: names, numbers, and anything longer than three letters. */
export function wordsOf(texts: readonly string[]): Set<string> {
  const words = texts.flatMap(
    (text) => text.toLowerCase().match(/[\p{L}\p{N}_][\p{L}\p{N}_.:/-]*[\p{L}\p{N}_]/gu) ?? [],
  );
  return new Set(words.filter((word) => word.length > 3 || /\d/.test(word)));
}

/** The answer of a tool keeps all its fields; the longest list in its data gives way. */
function prune(answer: JsonObject | null, words: ReadonlySet<string>, most: number): string | null {
  if (answer === null || !isObject(answer.data)) return null;
  const { data } = answer;
  const lists = Object.entries(data).flatMap(([key, value]) => (Array.isArray(value) ? [{ key, rows: value }] : []));
  const longest = lists.sort((a, b) => JSON.stringify(b.rows).length - JSON.stringify(a.rows).length)[0];
  if (longest === undefined) return null;
  const { key, rows } = longest;
  const texts = rows.map((row) => JSON.stringify(row) ?? 'null');
  const shell = {
    ...answer,
    data: { ...data, [key]: [], left_out: `${rows.length} of ${rows.length} rows of ${key}` },
  };
  let room = most - JSON.stringify(shell).length;
  const kept = new Set<number>();
  for (const at of byWords(texts, words)) {
    const size = (texts[at]?.length ?? 0) + 1;
    if (size > room) continue;
    room -= size;
    kept.add(at);
  }
  const left = `${rows.length - kept.size} of ${rows.length} rows of ${key}`;
  return JSON.stringify({
    ...answer,
    data: { ...data, [key]: rows.filter((_row, at) => kept.has(at)), left_out: left },
  });
}

/** Places of the rows, those that share most words first. */
function byWords(texts: readonly string[], words: ReadonlySet<string>): number[] {
  const shared = texts.map((text) => {
    const lower = text.toLowerCase();
    return [...words].filter((word) => lower.includes(word)).length;
  });
  return texts.map((_text, at) => at).sort((a, b) => (shared[b] ?? 0) - (shared[a] ?? 0) || a - b);
}
