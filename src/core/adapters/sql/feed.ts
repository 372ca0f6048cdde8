import type { PreviewEvent } from '../../events.ts';
import type { LogId } from '../../ids.ts';
import type { FeedItem } from '../../ports/store.ts';

type Listener = (item: FeedItem) => void;

/** Who listens to which session, in this process. */
export interface Feed {
  subscribe(session: LogId, listener: Listener): () => void;
  publish(session: LogId, item: FeedItem): void;
  preview(session: LogId, preview: PreviewEvent): void;
}

export function createFeed(): Feed {
  const listeners = new Map<LogId, Set<Listener>>();

  function publish(session: LogId, item: FeedItem): void {
    for (const listener of listeners.get(session) ?? []) guarded(() => listener(item));
  }
  return {
    publish,
    preview: (session, preview) => publish(session, { kind: 'preview', preview }),
    subscribe(session, listener) {
      // Each subscription stands for itself, also when one function subscribes twice.
      const own: Listener = (item) => listener(item);
      const ofSession = listeners.get(session) ?? new Set();
      listeners.set(session, ofSession.add(own));
      return () => {
        ofSession.delete(own);
        if (ofSession.size === 0 && listeners.get(session) === ofSession) listeners.delete(session);
      };
    },
  };
}

/** A listener that breaks its promise not to throw is reported and does not harm the commit or its neighbours. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
