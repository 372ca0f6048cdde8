/** What of a session's feed one reader gets to see. Pure but for its own memory: feed items in, frames out. */
import type { PreviewEvent, SessionEvent } from '../../../events.ts';
import type { ThreadId } from '../../../ids.ts';
import type { FeedItem } from '../../../ports/store.ts';
import type { Frame } from '../../sse.ts';

export interface Relay {
  /** Frames for one live item, in order. */
  live(item: FeedItem): Frame[];
  /** A frame for an event read back from the log, which then counts as seen. */
  replay(seq: number, event: SessionEvent): Frame[];
  /** The last line that was shown. */
  seen(): number;
  /** True once the session's last event has passed. */
  ended(): boolean;
}

/** On its own stream the end of a thread is the end. */
function endsThread(event: SessionEvent, thread: ThreadId | null): boolean {
  return event.type === 'session.thread_status_terminated' && event.session_thread_id === thread;
}

const LAST: readonly string[] = ['session.status_terminated', 'session.deleted'];

/**
 * Nothing at or below `after` is shown. `previews` are the types opted into; they are shown only for requests that
 * began while this reader was connected, and only after their `event_start`.
 */
export function createRelay(previews: readonly string[], after: number, thread: ThreadId | null = null): Relay {
  let seen = after;
  let over = false;
  let inRequest = false;
  const started = new Set<string>();

  function logged(seq: number, event: SessionEvent): Frame[] {
    if (seq <= seen) return [];
    seen = seq;
    started.delete(event.id);
    if (event.type === 'span.model_request_end') started.clear();
    over ||= LAST.includes(event.type) || endsThread(event, thread);
    return [{ event: event.type, id: seq, data: event }];
  }
  function preview(item: PreviewEvent): Frame[] {
    if (item.type === 'event_start') {
      if (!inRequest || !previews.includes(item.event.type)) return [];
      started.add(item.event.id);
    } else if (!started.has(item.event_id)) {
      return [];
    }
    return [{ event: item.type, data: item }];
  }
  return {
    replay: logged,
    seen: () => seen,
    ended: () => over,
    live(item) {
      if (over) return [];
      switch (item.kind) {
        case 'logged':
          if (item.event.type === 'span.model_request_start') inRequest = true;
          if (item.event.type === 'span.model_request_end') inRequest = false;
          return logged(item.seq, item.event);
        case 'queued':
          // Stamped on receipt means shown once, when it is written to the log.
          return item.event.processed_at === null ? [{ event: item.event.type, data: item.event }] : [];
        case 'preview':
          return preview(item.preview);
        case 'erased':
          over = true;
          return [];
      }
    },
  };
}
