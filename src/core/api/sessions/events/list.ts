import type { z } from 'zod';
import type { SessionEvent } from '../../../events.ts';
import { type LogId, threadOf, type WorkspaceId } from '../../../ids.ts';
import type { LogQuery, LogRow } from '../../../ports/store.ts';
import type { Core } from '../../core.ts';
import { notFound } from '../../errors.ts';
import { binding, type Cursor, readCursor, writeCursor } from '../../page.ts';
import { type TimeRange, timeRange } from '../../query.ts';
import { logNamed } from '../find.ts';
import type { eventListQuery } from './schema.ts';

type Query = Pick<z.output<typeof eventListQuery>, 'limit' | 'page'> & Partial<z.output<typeof eventListQuery>>;
interface Entry {
  event: SessionEvent;
  /** How a page that ends here goes on. */
  at: Cursor;
}

/**
 * The log in its order, then what waits in the inbox (in `desc` the other way round). Pages stay stable while events
 * are added; an event taken up between two pages may be shown twice, the second time in its final form.
 */
export async function listEvents(
  core: Core,
  { session_id, query }: { session_id: string; query: Query },
): Promise<Uint8Array> {
  const log = logNamed(session_id);
  const { workspace, page } = await listLog(core, log, query);
  // Threads have logs too, and paths of their own.
  if (workspace !== core.workspace || threadOf(log) !== null) throw notFound('session', session_id);
  return page;
}

const OPEN = Buffer.from('{"data":[');

/** The same of any log: a session's own or that of one of its threads. */
export async function listLog(
  core: Core,
  id: LogId,
  query: Query,
): Promise<{ workspace: WorkspaceId | null; page: Uint8Array }> {
  const order = query.order ?? 'asc';
  const range = timeRange(query);
  const bound = binding('events', id, order, query.types ?? null, range);
  const from = readCursor(bound, query.page);
  const wanted = query.limit + 1;
  const seq = from?.p ?? 0;
  const lines = (limit: number): LogQuery => ({
    session: id,
    order,
    limit,
    ...(seq === 0 ? {} : { after: seq }),
    ...(query.types === undefined ? {} : { types: query.types }),
    ...(range === null ? {} : { processedAt: range }),
  });
  const log = async (limit: number) => (await core.store.log(lines(limit))).map(logged);
  const inbox = async (): Promise<SessionEvent[]> => {
    // Newest first, a cursor inside the log has passed what waits.
    if (order === 'desc' && seq !== 0) return [];
    const rows = await core.store.inbox(id);
    const events = rows.map((row) => row.event).filter((event) => matches(event, query.types, range));
    if (order === 'desc') events.reverse();
    const start = from?.q === undefined ? 0 : events.findIndex((event) => event.id === from.q) + 1;
    return events.slice(start);
  };
  const { workspace, ...text } = await core.store.logText(lines(query.limit));
  if (!text.queued) {
    const next = text.more ? writeCursor(bound, { p: text.last }) : null;
    const page = Buffer.concat([OPEN, text.events, Buffer.from(`],"next_page":${JSON.stringify(next)}}`)]);
    return { workspace, page };
  }
  // The inbox before the log: what is taken up in between is then seen twice here and shown once, never missed.
  const waiting = await inbox();
  const entries = order === 'asc' ? await forward(log, waiting, wanted, seq) : await backward(log, waiting, wanted);
  const shown = entries.slice(0, query.limit);
  const last = shown.at(-1);
  const next = entries.length > query.limit && last !== undefined ? writeCursor(bound, last.at) : null;
  const page = Buffer.from(JSON.stringify({ data: shown.map((entry) => entry.event), next_page: next }));
  return { workspace, page };
}

type ReadLog = (limit: number) => Promise<Entry[]>;

async function forward(log: ReadLog, waiting: readonly SessionEvent[], wanted: number, seq: number): Promise<Entry[]> {
  const rows = await log(wanted);
  if (rows.length >= wanted) return rows;
  const taken = new Set(rows.map((row) => row.event.id));
  const last = rows.at(-1)?.at.p ?? seq;
  const rest = waiting
    .filter((event) => !taken.has(event.id))
    .map((event) => ({ event, at: { p: last, q: event.id } }));
  return [...rows, ...rest].slice(0, wanted);
}

/** Newest first: what waits comes before the log. */
async function backward(log: ReadLog, queued: readonly SessionEvent[], wanted: number): Promise<Entry[]> {
  const waiting = queued.slice(0, wanted).map((event) => ({ event, at: { p: 0, q: event.id } }));
  if (waiting.length >= wanted) return waiting;
  const rows = await log(wanted - waiting.length);
  const taken = new Set(rows.map((row) => row.event.id));
  return [...waiting.filter((entry) => !taken.has(entry.event.id)), ...rows];
}

function logged(row: LogRow): Entry {
  return { event: row.event, at: { p: row.seq } };
}

function matches(event: SessionEvent, types: readonly string[] | undefined, range: TimeRange | null): boolean {
  if (types !== undefined && !types.includes(event.type)) return false;
  if (range === null) return true;
  if (event.processed_at === null) return false;
  const time = Date.parse(event.processed_at);
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return time > gt && time >= gte && time < lt && time <= lte;
}
