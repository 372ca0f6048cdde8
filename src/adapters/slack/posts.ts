/**
 * One message per key, also after a crash. Each message carries its key as metadata; what a thread already holds is read
 * once per thread, and again whenever an answer was lost or another process may have written.
 */
import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Block } from './parts.ts';
import { SlackTrouble, type SlackWeb } from './slack-web.ts';

export interface Message {
  key: string;
  incident: string;
  kind: string;
  text: string;
  blocks: Block[];
  /** Also show it in the channel, not only in the thread. */
  broadcast?: boolean;
}
export interface Posts {
  /**
   * Posts into the channel, or into the thread of `root`, unless a message with this key is there. Answers its ts. `again`:
   * somebody else may have posted it since the thread was read.
   */
  ensure(channel: string, root: string | null, since: string, message: Message, again?: boolean): Promise<string>;
}

const EVENT_TYPE = 'vigil.incident';
const PAGES = 10;
const PAGE_SIZE = 200;
const REMEMBERED_PLACES = 200;
const TRIES = 3;

export function posts(web: SlackWeb): Posts {
  /** Key to ts, for each thread (or channel) read so far; the oldest is forgotten first. */
  const places = new Map<string, Map<string, string>>();
  const running = new Map<string, Promise<string>>();

  async function known(channel: string, root: string | null, since: string, fresh: boolean) {
    const place = `${channel}/${root ?? ''}`;
    const cached = places.get(place);
    if (cached !== undefined && !fresh) return cached;
    const found = root === null ? await readChannel(web, channel, since) : await readThread(web, channel, root);
    places.set(place, found);
    const oldest = places.keys().next().value;
    if (places.size > REMEMBERED_PLACES && oldest !== undefined) places.delete(oldest);
    return found;
  }

  async function ensure(
    channel: string,
    root: string | null,
    since: string,
    message: Message,
    again: boolean,
  ): Promise<string> {
    for (let tried = 1; ; tried++) {
      // The channel is read anew for each card: between two cards anybody may have written there.
      const there = await known(channel, root, since, again || tried > 1 || root === null);
      const standing = there.get(message.key);
      if (standing !== undefined) return standing;
      try {
        const ts = await postMessage(web, channel, root, message);
        there.set(message.key, ts);
        return ts;
      } catch (error) {
        const lost = error instanceof SlackTrouble && error.unknown;
        if (!lost || tried === TRIES) throw error;
      }
    }
  }

  return {
    ensure(channel, root, since, message, again = false) {
      const name = `${channel}/${message.key}`;
      const already = running.get(name);
      if (already !== undefined) return already;
      const run = ensure(channel, root, since, message, again).finally(() => running.delete(name));
      running.set(name, run);
      return run;
    },
  };
}

async function postMessage(web: SlackWeb, channel: string, root: string | null, message: Message): Promise<string> {
  const common = {
    channel,
    text: message.text,
    blocks: message.blocks,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    metadata: {
      event_type: EVENT_TYPE,
      event_payload: { incident_id: message.incident, kind: message.kind, key: message.key },
    },
  } as const;
  const answer = await web.once((client) => {
    if (root === null) return client.chat.postMessage(common);
    if (message.broadcast !== true) return client.chat.postMessage({ ...common, thread_ts: root });
    return client.chat.postMessage({ ...common, thread_ts: root, reply_broadcast: true });
  });
  if (answer.ts === undefined) throw new SlackTrouble('no_ts', 'Slack answered a post without its ts', true, null);
  return answer.ts;
}

type Found = Map<string, string>;
interface Page {
  messages?: unknown[] | undefined;
  response_metadata?: { next_cursor?: string | undefined } | undefined;
}

const stored = z.object({
  ts: z.string(),
  bot_id: z.string(),
  metadata: z.object({ event_type: z.literal(EVENT_TYPE), event_payload: z.object({ key: z.string() }) }),
});

async function readThread(web: SlackWeb, channel: string, root: string): Promise<Found> {
  return readPages(web, (client, cursor) =>
    client.conversations.replies({ channel, ts: root, limit: PAGE_SIZE, include_all_metadata: true, ...cursor }),
  );
}

async function readChannel(web: SlackWeb, channel: string, since: string): Promise<Found> {
  // An incident replayed from a recording may lie in the future or far in the past; an hour of slack covers clocks.
  const from = Math.min(Date.parse(since) || Date.now(), Date.now()) / 1000 - 3600;
  return readPages(web, (client, cursor) =>
    client.conversations.history({
      channel,
      oldest: from.toFixed(6),
      limit: PAGE_SIZE,
      include_all_metadata: true,
      ...cursor,
    }),
  );
}

async function readPages(
  web: SlackWeb,
  read: (client: webApi.WebClient, cursor: { cursor?: string }) => Promise<Page>,
): Promise<Found> {
  const { botId } = await web.identity();
  const found: Found = new Map();
  let cursor: { cursor?: string } = {};
  for (let page = 0; page < PAGES; page++) {
    const answer = await web.again((client) => read(client, cursor));
    for (const message of answer.messages ?? []) {
      const ours = stored.safeParse(message);
      // Only this app's own messages count: another app may write the same metadata.
      if (ours.success && ours.data.bot_id === botId) found.set(ours.data.metadata.event_payload.key, ours.data.ts);
    }
    const next = answer.response_metadata?.next_cursor;
    if (next === undefined || next === '') break;
    cursor = { cursor: next };
  }
  return found;
}
