/** All lines of a query, page after page. A page begins at the time where the last one ended, without what was there. */
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Entry, LokiApi, Span } from './api.ts';

export interface Paging {
  newestFirst: boolean;
  /** Lines altogether. */
  most: number;
  /** Lines of one request. */
  size: number;
}
const LEAST_SIZE = 50;

export async function* pages(
  api: LokiApi,
  logql: string,
  whole: Span,
  { newestFirst, most, size: wanted }: Paging,
  signal: AbortSignal,
): AsyncGenerator<Entry[]> {
  let span = whole;
  let size = wanted;
  let count = 0;
  /** Entries at the time where the next page begins, which it will hold again. */
  let edge: Entry[] = [];
  while (count < most && span.from < span.to) {
    const limit = Math.min(size, most - count + edge.length);
    const page = await lessIfTooMuch(() => api.lines(logql, span, limit, newestFirst, signal), limit);
    if (page === null) {
      size = Math.floor(limit / 2);
      continue;
    }
    const known = new Set(edge.map(keyOf));
    const fresh = page.filter((entry) => !known.has(keyOf(entry)));
    count += fresh.length;
    yield fresh;
    if (page.length < limit) return;
    ({ span, edge } = afterPage(span, page, newestFirst));
  }
}

/** A page full of one moment cannot be got past but by leaving the moment. */
function afterPage(span: Span, page: Entry[], newestFirst: boolean): { span: Span; edge: Entry[] } {
  const last = page.at(-1)?.at ?? span.to;
  const edge = page.filter(({ at }) => at === last);
  const stuck = edge.length === page.length;
  const next = newestFirst
    ? { from: span.from, to: stuck ? last : last + 1n }
    : { from: stuck ? last + 1n : last, to: span.to };
  return { span: next, edge: stuck ? [] : edge };
}

/** Null when the server, or we, find a page of this size too large. */
async function lessIfTooMuch(work: () => Promise<Entry[]>, limit: number): Promise<Entry[] | null> {
  try {
    return await work();
  } catch (error) {
    const tooMuch = error instanceof NoAnswer && /max entries limit|larger than/.test(error.message);
    if (tooMuch && limit > LEAST_SIZE) return null;
    throw error;
  }
}

function keyOf({ at, labels, line }: Entry): string {
  return `${at} ${JSON.stringify(labels)} ${line}`;
}
