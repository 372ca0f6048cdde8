/** Lists by opaque cursor. A cursor is bound to the list, its order and its filters: anything else is refused. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { DocQuery, DocRow, Store } from '../ports/store.ts';
import { invalid } from './errors.ts';

export interface Page<Item> {
  data: Item[];
  next_page: string | null;
}
export interface TwoWayPage<Item> extends Page<Item> {
  prev_page: string | null;
}

const PREFIX = 'page_';
const cursor = z.object({
  b: z.string(),
  p: z.number().int(),
  back: z.literal(true).optional(),
  q: z.string().optional(),
});
/** `p` is the position to go on from, `back` says against the order, `q` a queued event already shown. */
export type Cursor = Omit<z.infer<typeof cursor>, 'b'>;

/** What a cursor is bound to: the same words give the same binding. */
export function binding(...words: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('base64url').slice(0, 12);
}

export function writeCursor(bound: string, position: Cursor): string {
  return PREFIX + Buffer.from(JSON.stringify({ b: bound, ...position })).toString('base64url');
}

export function readCursor(bound: string, text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const read = cursor.safeParse(decode(text));
  if (!read.success) throw invalid('page: not a cursor of this server');
  const { b, ...position } = read.data;
  if (b !== bound) throw invalid('page: the cursor belongs to another list, order or filter');
  return position;
}

function decode(text: string): unknown {
  if (!text.startsWith(PREFIX)) return null;
  try {
    return JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

export type ListQuery = Omit<DocQuery, 'after'>;

/**
 * One page going forward. One row more than asked is read, to know whether another page follows. `start` is a position to
 * go on from without a cursor.
 */
export async function listPage<Body>(
  store: Store,
  query: ListQuery,
  page: string | undefined,
  start?: number,
): Promise<Page<DocRow<Body>>> {
  const bound = bindingOf(query);
  const from = page === undefined && start !== undefined ? { p: start } : readCursor(bound, page);
  const rows = await store.list<Body>({
    ...query,
    limit: query.limit + 1,
    ...(from === null ? {} : { after: from.p }),
  });
  const data = rows.slice(0, query.limit);
  const last = data.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { data, next_page: more ? writeCursor(bound, { p: last.position }) : null };
}

/** One page with cursors both ways; `prev_page` is null on the first. */
export async function listTwoWay<Body>(
  store: Store,
  query: ListQuery,
  page: string | undefined,
): Promise<TwoWayPage<DocRow<Body>>> {
  const bound = bindingOf(query);
  const from = readCursor(bound, page);
  const back = from?.back === true;
  const rows = await store.list<Body>({
    ...query,
    order: back ? opposite(query.order) : query.order,
    limit: query.limit + 1,
    ...(from === null ? {} : { after: from.p }),
  });
  const more = rows.length > query.limit;
  const data = rows.slice(0, query.limit);
  if (back) data.reverse();
  const [first, last] = [data[0], data.at(-1)];
  if (first === undefined || last === undefined) return { data: [], next_page: null, prev_page: null };
  const next = writeCursor(bound, { p: last.position });
  const previous = writeCursor(bound, { p: first.position, back: true });
  return back
    ? { data, next_page: next, prev_page: more ? previous : null }
    : { data, next_page: more ? next : null, prev_page: from === null ? null : previous };
}

function bindingOf(query: ListQuery): string {
  const { limit: _, ...rest } = query;
  return binding(Object.entries(rest).sort(([a], [b]) => a.localeCompare(b)));
}

function opposite(order: 'asc' | 'desc'): 'asc' | 'desc' {
  return order === 'asc' ? 'desc' : 'asc';
}
