/**
 * All events of a session, each once: the stream is opened first, then history is listed from the cursor, then the
 * stream goes on. After a lost connection it begins again; what was seen is not shown twice.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { BetaManagedAgentsStreamSessionEvents } from '@anthropic-ai/sdk/resources/beta/sessions/events';
import { backoff } from '../../lib/backoff.ts';
import type { Log } from '../ports/log.ts';

export type SessionEvent = BetaManagedAgentsStreamSessionEvents;
export type Tailed =
  | { is: 'event'; event: SessionEvent; live: boolean }
  /** History is read; what comes now happens now. Repeated after every reconnect. */
  | { is: 'caught_up' };

interface Tailing {
  client: Anthropic;
  log: Log;
  signal: AbortSignal;
}
/** Where the reader stands: which events it has, and the moment of the last one. */
interface Progress {
  seen: Set<string>;
  from: string | null;
}

/** Ends when the signal does, or when the session is gone. */
export async function* tail(
  { client, log, signal }: Tailing,
  session: string,
  cursor: string | null,
): AsyncGenerator<Tailed> {
  const progress: Progress = { seen: new Set(), from: cursor };
  for await (const attempt of backoff(signal, { first: 250 })) {
    try {
      yield* lap(client, session, progress, signal);
    } catch (error) {
      if (signal.aborted || isGone(error)) return;
      log.warn({ session, attempt, error: String(error) }, 'the event stream broke; connecting again');
    }
  }
}

/** One connection, until it ends. */
async function* lap(
  client: Anthropic,
  session: string,
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<Tailed> {
  const over = new AbortController();
  const options = { signal: AbortSignal.any([signal, over.signal]) };
  try {
    const stream = await client.beta.sessions.events.stream(session, {}, options);
    const history = client.beta.sessions.events.list(session, since(progress.from), options);
    for await (const event of fresh(history, progress)) yield { is: 'event', event, live: false };
    yield { is: 'caught_up' };
    for await (const event of fresh(stream, progress)) yield { is: 'event', event, live: true };
  } finally {
    over.abort();
  }
}

async function* fresh(events: AsyncIterable<SessionEvent>, progress: Progress): AsyncGenerator<SessionEvent> {
  for await (const event of events) {
    progress.from = timeOf(event) ?? progress.from;
    if (isNew(progress.seen, event)) yield event;
  }
}

/** What is kept as a cursor: the moment of the last event that was dealt with. */
export function cursorOf(event: SessionEvent): string | null {
  return timeOf(event);
}

/** Events of one moment may be seen again; dealing with an event twice does nothing. */
function since(cursor: string | null): { limit: number; 'created_at[gte]'?: string } {
  return cursor === null ? { limit: 1000 } : { limit: 1000, 'created_at[gte]': cursor };
}

/** A queued input comes twice under one id, first without its time. */
function isNew(seen: Set<string>, event: SessionEvent): boolean {
  if (!('id' in event)) return false;
  const key = `${event.id}:${timeOf(event) === null ? 'queued' : 'taken'}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function timeOf(event: SessionEvent): string | null {
  return 'processed_at' in event && typeof event.processed_at === 'string' ? event.processed_at : null;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404;
}
