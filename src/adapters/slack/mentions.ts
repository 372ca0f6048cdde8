/** What people say to Vigil: a mention in the thread of a card is heard, any other gets told where to say it. */
import type { App } from '@slack/bolt';
import { z } from 'zod';
import { assertNever } from '../../lib/assert-never.ts';
import type { SlackLog, SlackWeb } from './slack-web.ts';

export interface Mention {
  /** The card in whose thread it was said. */
  card: { channel: string; ts: string };
  /** The same mention, delivered twice, has the same. */
  key: string;
  by: string;
  text: string;
}
export type Hear = (mention: Mention) => Promise<'heard' | 'unknown' | 'resolved'>;

interface Mentions {
  web: SlackWeb;
  hear: Hear;
  log: SlackLog | undefined;
}

const mention = z.object({
  user: z.string().min(1),
  text: z.string().max(40_000),
  ts: z.string(),
  channel: z.string(),
  thread_ts: z.string().optional(),
  team: z.string().optional(),
  bot_id: z.string().optional(),
});

export function listenToMentions(app: App, { web, hear, log }: Mentions): void {
  app.event('app_mention', async ({ event }) => {
    const read = mention.safeParse(event);
    if (!read.success) return log?.('warn', 'a mention could not be read');
    const { user, ts, channel, thread_ts, team, bot_id } = read.data;
    const { teamId, botUserId } = await web.identity();
    // Only people of the workspace are listened to: another app would talk for ever.
    if (bot_id !== undefined || user === botUserId || (team ?? teamId) !== teamId) return;
    const text = wordsOf(read.data.text, botUserId);
    const card = thread_ts === undefined ? null : { channel, ts: thread_ts };
    const heard =
      card === null || text === ''
        ? 'unknown'
        : await hear({ card, key: `slack:${channel}:${ts}`, by: `<@${user}>`, text });
    const reply = sentence(heard);
    if (reply === null) return;
    await web.once((client) =>
      client.chat.postEphemeral({
        ...{ channel, user, text: reply, parse: 'none', link_names: false },
        ...(thread_ts === undefined ? {} : { thread_ts }),
      }),
    );
  });
}

/** Without our own name, and as it was typed: Slack writes three characters as entities. */
function wordsOf(text: string, self: string): string {
  return text
    .replaceAll(`<@${self}>`, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** Null: the answer comes into the thread. */
function sentence(heard: Awaited<ReturnType<Hear>>): string | null {
  switch (heard) {
    case 'heard':
      return null;
    case 'unknown':
      return 'Ask me in the thread of an incident: then I know what it is about.';
    case 'resolved':
      return 'This incident is resolved, so nobody investigates it any more.';
    default:
      return assertNever(heard);
  }
}
