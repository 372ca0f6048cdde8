/**
 * Edits in place, coalesced: at most one per message in `everyMs`, at most 40 a minute over all messages. A newer edit
 * replaces one that waits; the newest is never dropped.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Block } from './parts.ts';
import { SlackTrouble, type SlackWeb } from './slack-web.ts';

export interface Edit {
  text: string;
  blocks: Block[];
}
export interface Edits {
  /** Resolves when this edit, or a newer one of the same message, is shown. */
  edit(channel: string, ts: string, edit: Edit): Promise<void>;
  /** Sends what waits, without waiting for its turn. */
  flush(): Promise<void>;
}

const PER_MINUTE = 40;

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

  async function drain(name: string, channel: string, ts: string, lane: Lane): Promise<void> {
    while (lane.waiting !== null) {
      await pause(Math.max(lane.lastAt + everyMs - Date.now(), minuteWait(sent)), stop.signal);
      const next = lane.waiting;
      lane.waiting = null;
      if (next === null || same(next, lane.shown)) continue;
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
    lane.run = null;
    // A message nobody edits any more leaves nothing behind.
    setTimeout(() => lane.run === null && lanes.get(name) === lane && lanes.delete(name), 10 * everyMs).unref();
  }

  return {
    edit(channel, ts, edit) {
      const name = `${channel}/${ts}`;
      const lane = lanes.get(name) ?? { waiting: null, shown: null, lastAt: 0, run: null };
      lanes.set(name, lane);
      lane.waiting = edit;
      lane.run ??= drain(name, channel, ts, lane).catch((error: unknown) => {
        lane.run = null;
        throw error;
      });
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

function minuteWait(sent: number[]): number {
  const now = Date.now();
  while (sent[0] !== undefined && sent[0] < now - 60_000) sent.shift();
  const oldest = sent[0];
  return sent.length < PER_MINUTE || oldest === undefined ? 0 : oldest + 60_000 - now;
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
