/**
 * Edits in place, coalesced: at most one per message in `everyMs`, at most 40 a minute over all messages, of which 10 are
 * kept for those that are urgent. A newer edit replaces one that waits; the newest is never dropped.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Block } from './parts.ts';
import { SlackTrouble, type SlackWeb } from './slack-web.ts';

export interface Edit {
  text: string;
  blocks: Block[];
}
export interface Edits {
  /** Resolves when this edit, or a newer one of the same message, is shown. */
  edit(channel: string, ts: string, edit: Edit, options?: { urgent: boolean }): Promise<void>;
  /** Sends what waits, without waiting for its turn. */
  flush(): Promise<void>;
}

const PER_MINUTE = 40;
const PER_MINUTE_AT_LEISURE = 30;

interface Lane {
  waiting: Edit | null;
  shown: Edit | null;
  lastAt: number;
  run: Promise<void> | null;
}

export function edits(web: SlackWeb, everyMs: number): Edits {
  const lanes = new Map<string, Lane>();
  const sent: number[] = [];
  const stop = new AbortController();
  // Every card may wait at once.
  setMaxListeners(0, stop.signal);

  async function drain(name: string, channel: string, ts: string, lane: Lane, most: number): Promise<void> {
    while (lane.waiting !== null) {
      const wait = stop.signal.aborted ? 0 : Math.max(lane.lastAt + everyMs - Date.now(), minuteWait(sent, most));
      // Asked again after it: of all that waited for the same minute, some went first.
      if (wait > 0) await pause(wait, stop.signal);
      else await show(channel, ts, lane, lane.waiting);
    }
    lane.run = null;
    // A message nobody edits any more leaves nothing behind.
    setTimeout(() => lane.run === null && lanes.get(name) === lane && lanes.delete(name), 10 * everyMs).unref();
  }

  async function show(channel: string, ts: string, lane: Lane, next: Edit): Promise<void> {
    lane.waiting = null;
    if (same(next, lane.shown)) return;
    lane.lastAt = Date.now();
    sent.push(lane.lastAt);
    try {
      await send(web, channel, ts, next);
      lane.shown = next;
    } catch (error) {
      // What failed is stale when something newer waits; otherwise the caller must know.
      if (lane.waiting === null) throw error;
    }
  }

  return {
    edit(channel, ts, edit, { urgent } = { urgent: false }) {
      const name = `${channel}/${ts}`;
      const lane = lanes.get(name) ?? { waiting: null, shown: null, lastAt: 0, run: null };
      lanes.set(name, lane);
      lane.waiting = edit;
      lane.run ??= drain(name, channel, ts, lane, urgent ? PER_MINUTE : PER_MINUTE_AT_LEISURE).catch(
        (error: unknown) => {
          lane.run = null;
          throw error;
        },
      );
      return lane.run;
    },
    async flush() {
      stop.abort();
      await Promise.allSettled(Array.from(lanes.values(), (lane) => lane.run));
    },
  };
}

function same(a: Edit, b: Edit | null): boolean {
  return b !== null && a.text === b.text && JSON.stringify(a.blocks) === JSON.stringify(b.blocks);
}

/** Until fewer than `most` were sent within the last minute, milliseconds. */
function minuteWait(sent: number[], most: number): number {
  const now = Date.now();
  while (sent[0] !== undefined && sent[0] <= now - 60_000) sent.shift();
  const last = sent[sent.length - most];
  return last === undefined ? 0 : last + 60_000 - now;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal, ref: true }).catch(() => {});
}

async function send(web: SlackWeb, channel: string, ts: string, edit: Edit): Promise<void> {
  try {
    await web.again((client) => client.chat.update({ channel, ts, ...edit, parse: 'none', link_names: false }));
  } catch (error) {
    // A message that somebody deleted needs no edit.
    if (!(error instanceof SlackTrouble) || error.code !== 'message_not_found') throw error;
  }
}
