/** Answers of several sources → one: whose it is, what each saw, what is missing and why. Pure. */
import type { Answer, Look } from '../ports/answer.ts';
import { missingWords, noneLooked, type Told } from './ask-all.ts';

export type Ok<Data> = Extract<Answer<Data>, { status: 'ok' }>;
export interface Answered<Data> {
  name: string;
  answer: Ok<Data>;
}
interface Joined<Out> {
  data: Out;
  /** Beside what the sources left out themselves. */
  truncated: boolean;
  warnings: string[];
}

/**
 * `found` counts what a source gave; `join` is only asked where at least one could look. `warned`: by those that hold
 * something, because why the others do not is no news then, or by all.
 */
export function together<Data, Out>(
  told: readonly Told<Data>[],
  found: (data: Data) => number,
  join: (answered: Answered<Data>[]) => Joined<Out>,
  warned: 'by those that hold' | 'by all' = 'by those that hold',
): Answer<Out> {
  const answered = told.flatMap(({ name, answer }) => (answer.status === 'ok' ? [{ name, answer }] : []));
  const refused = told.flatMap(({ answer }) => (answer.status === 'unavailable' ? [answer] : []));
  if (answered.length === 0) return noneLooked(refused);
  const holding = answered.filter(({ answer }) => found(answer.data) > 0);
  const telling = holding.length > 0 ? holding : answered;
  const { data, truncated, warnings } = join(answered);
  return {
    status: 'ok',
    data,
    source: telling.map(({ answer }) => answer.source).join(', '),
    range: telling.find(({ answer }) => answer.range !== null)?.answer.range ?? null,
    truncated: truncated || answered.some(({ answer }) => answer.truncated),
    warnings: [...warningsOf(warned === 'by all' ? answered : telling), ...refused.flatMap(missingWords), ...warnings],
    // A link to a part would pass for the whole.
    url: telling.length === 1 ? (telling[0]?.answer.url ?? null) : null,
    looks: told.map(({ answer }) => lookOf(answer, found)),
  };
}

/** What all say is said once; the rest by name. */
function warningsOf<Data>(answered: readonly Answered<Data>[]): string[] {
  const all = new Set(answered.flatMap(({ answer }) => answer.warnings));
  return [...all].flatMap((warning) => {
    const by = answered.filter(({ answer }) => answer.warnings.includes(warning));
    return by.length === answered.length ? [warning] : by.map(({ name }) => `${name}: ${warning}`);
  });
}

/** `found` counts what the source gave. */
export function lookOf<Data>(answer: Answer<Data>, found: (data: Data) => number): Look {
  if (answer.status === 'unavailable') return answer;
  const { source, data, truncated, url } = answer;
  const count = found(data);
  return { status: 'ok', source, found: count, truncated, ...(url === null || count === 0 ? {} : { url }) };
}

/** One of each list in turn: whoever takes the first of them has some of each, however long one is. */
export function inTurn<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = lists.reduce((length, list) => Math.max(length, list.length), 0);
  const taken: Item[] = [];
  for (let at = 0; at < longest; at += 1) {
    for (const list of lists) {
      const item = list[at];
      if (item !== undefined) taken.push(item);
    }
  }
  return taken;
}
