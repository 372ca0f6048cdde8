/**
 * An incident as it happens. The stream is reopened where it broke, after the last timeline entry seen, so that each
 * entry is told once; incident and action frames carry whole states and may repeat.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { CommandFailed } from './fail.ts';
import { type Frame, frames } from './sse.ts';
import { type Action, action, type Incident, incident, type TimelineEntry, timelineEntry } from './wire.ts';

export type News =
  | { is: 'timeline'; entry: TimelineEntry }
  | { is: 'incident'; incident: Incident }
  | { is: 'action'; action: Action };

const patience = { attempts: 5, waitMs: 500 };

export async function* follow(api: Api, id: string, after: number, signal: AbortSignal): AsyncGenerator<News> {
  const seen = { last: after, failures: 0 };
  while (!signal.aborted) {
    try {
      yield* listen(api, id, seen, signal);
    } catch (error) {
      if (signal.aborted) return;
      seen.failures += 1;
      if (error instanceof CommandFailed && seen.failures >= patience.attempts) throw error;
    }
    await sleep(patience.waitMs, undefined, { signal }).catch(() => undefined);
  }
}

/** One connection, until it ends or breaks. */
async function* listen(
  api: Api,
  id: string,
  seen: { last: number; failures: number },
  signal: AbortSignal,
): AsyncGenerator<News> {
  const headers = { accept: 'text/event-stream', 'last-event-id': String(seen.last) };
  const response = await api.open(`/api/incidents/${encodeURIComponent(id)}/stream`, headers, signal);
  for await (const frame of frames(response)) {
    seen.failures = 0;
    const news = readNews(frame);
    if (news === null || (news.is === 'timeline' && news.entry.seq <= seen.last)) continue;
    if (news.is === 'timeline') seen.last = news.entry.seq;
    yield news;
  }
}

function readNews(frame: Frame): News | null {
  switch (frame.event) {
    case 'timeline':
      return { is: 'timeline', entry: timelineEntry.parse(JSON.parse(frame.data)) };
    case 'incident':
      return { is: 'incident', incident: incident.parse(JSON.parse(frame.data)) };
    case 'action':
      return { is: 'action', action: action.parse(JSON.parse(frame.data)) };
    default:
      return null;
  }
}
