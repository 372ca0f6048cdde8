import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionBody } from '../../../documents.ts';
import { type LogId, type SessionId, threadOf } from '../../../ids.ts';
import type { FeedItem, LogRow } from '../../../ports/store.ts';
import type { Core } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { readQuery } from '../../query.ts';
import { readWith } from '../../route.ts';
import { openSse, type Sse } from '../../sse.ts';
import { findSession } from '../find.ts';
import { createRelay, type Relay } from './relay.ts';
import { eventStreamQuery } from './schema.ts';

const REPLAY_STEP = 100;
const MAX_BUFFERED = 50_000;

/**
 * Live events from now on; with `Last-Event-ID` first everything after that position, without a gap and without
 * doubles: subscribe, read the log, then go over to the live feed. Ends after the session's last event.
 */
export async function streamEvents(
  core: Core,
  { session_id }: { session_id: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { id } = (await findSession(core, session_id)).body;
  return await streamLog(core, id, () => isOver(core, id), request, reply);
}

/** The same of any log: a session's own or that of one of its threads. */
export async function streamLog(
  core: Core,
  id: LogId,
  isOver: () => Promise<boolean>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { event_deltas } = readWith(eventStreamQuery, readQuery(request.url));
  const from = lastEventId(request.headers['last-event-id']);
  const buffer = bufferedFeed(core, id);
  // Looked at after subscribing: an end in between is either seen here or heard there.
  const over = await isOver().catch((error: unknown) => {
    buffer.stop();
    throw error;
  });
  const sse = openSse(reply);
  const relay = createRelay(event_deltas ?? [], from ?? 0, threadOf(id));
  void sse.closed.then(buffer.stop);
  try {
    if (from !== null) await replay(core, id, from, relay, sse);
    if (over) sse.end();
    else if (!buffer.passTo(follower(core, id, relay, sse, fail))) reply.raw.destroy();
  } catch (error) {
    fail(error);
  }

  /** The headers are out: the reader sees the connection end and comes back. */
  function fail(error: unknown): void {
    request.log.error(error);
    reply.raw.destroy();
  }
}

async function isOver(core: Core, id: SessionId): Promise<boolean> {
  const session = await core.store.get<SessionBody>('session', id);
  return session === null || session.body.status === 'terminated';
}

/**
 * Passes live items on. For a reader that does not take them nothing is kept: it hears the rest from the log when it
 * reads again. Previews are lost to it, and that input waits.
 */
function follower(
  core: Core,
  id: LogId,
  relay: Relay,
  sse: Sse,
  fail: (error: unknown) => void,
): (item: FeedItem) => void {
  let behind = false;
  let missed: FeedItem | null = null;

  async function catchUp(): Promise<void> {
    do {
      if (!(await sse.ready())) return;
      missed = null;
      await replay(core, id, relay.seen(), relay, sse);
    } while (missed !== null || sse.isFull());
    behind = false;
  }
  return (item) => {
    if (behind && item.kind !== 'erased') {
      missed = item;
      return;
    }
    for (const frame of relay.live(item)) sse.send(frame);
    if (relay.ended()) {
      sse.end();
    } else if (item.kind === 'logged' && sse.isFull()) {
      behind = true;
      catchUp().catch(fail);
    }
  };
}

async function replay(core: Core, session: LogId, from: number, relay: Relay, sse: Sse): Promise<void> {
  for (let after = from; ; ) {
    const rows = await core.store.log({ session, order: 'asc', limit: REPLAY_STEP, after });
    for (const row of rows) if (!(await show(row, relay, sse))) return;
    if (relay.ended()) sse.end();
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < REPLAY_STEP || !(await sse.ready())) return;
  }
}

/** False when the reader is gone. */
async function show({ seq, event }: LogRow, relay: Relay, sse: Sse): Promise<boolean> {
  for (const frame of relay.replay(seq, event)) sse.send(frame);
  return !sse.isFull() || (await sse.ready());
}

/** Keeps what arrives until somebody takes it over. Previews are not kept: they may be lost, and would come too late. */
function bufferedFeed(core: Core, session: LogId) {
  let kept: FeedItem[] = [];
  let lost = false;
  let take: ((item: FeedItem) => void) | null = null;
  const stop = core.store.subscribe(session, (item) => {
    if (take !== null) take(item);
    else if (item.kind === 'preview') return;
    else if (kept.length < MAX_BUFFERED) kept.push(item);
    else lost = true;
  });
  return {
    stop,
    /** False when more arrived than could be kept: the reader must start over. */
    passTo(listener: (item: FeedItem) => void): boolean {
      for (const item of kept) listener(item);
      kept = [];
      take = listener;
      return !lost;
    },
  };
}

function lastEventId(header: string | string[] | undefined): number | null {
  if (header === undefined || header === '') return null;
  const seq = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null;
  if (seq === null) throw invalid('Last-Event-ID: must be the id of a frame of this stream');
  return seq;
}
