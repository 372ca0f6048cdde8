/** A diff too long for a message goes into the thread as a file, once; its link is what makes it approvable. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { visible } from '../../lib/visible.ts';
import type { Action } from '../../sre/action.ts';
import { SlackTrouble, type SlackWeb } from './slack-web.ts';

const withFiles = z.object({
  bot_id: z.string().optional(),
  user: z.string().optional(),
  files: z.array(z.object({ name: z.string(), permalink: z.string() })),
});
const LOOKS = 5;

/** Link to the whole diff in the thread; null when Slack would not take it (then the message is not approvable). */
export async function attachDiff(
  web: SlackWeb,
  channel: string,
  root: string,
  action: Action,
  everyMs: number,
): Promise<string | null> {
  const name = `${action.id}.diff`;
  try {
    const there = await findFile(web, channel, root, name);
    if (there !== null) return there;
    await upload(web, channel, root, name, action);
    // Slack shares an uploaded file a moment after it has answered.
    for (let look = 0; look < LOOKS; look++) {
      const link = await findFile(web, channel, root, name);
      if (link !== null) return link;
      await sleep(everyMs);
    }
    return null;
  } catch (error) {
    if (error instanceof SlackTrouble && !error.unknown) return null;
    throw error;
  }
}

async function upload(web: SlackWeb, channel: string, root: string, name: string, action: Action): Promise<void> {
  await web.once((client) =>
    client.filesUploadV2({
      channel_id: channel,
      thread_ts: root,
      filename: name,
      title: `Whole diff, digest ${action.digest.slice(0, 12)}`,
      content: visible(action.plan.diff),
    }),
  );
}

async function findFile(web: SlackWeb, channel: string, root: string, name: string): Promise<string | null> {
  const { botId, botUserId } = await web.identity();
  const answer = await web.again((client) => client.conversations.replies({ channel, ts: root, limit: 200 }));
  for (const message of answer.messages ?? []) {
    const parsed = withFiles.safeParse(message);
    const ours = parsed.success && (parsed.data.bot_id === botId || parsed.data.user === botUserId);
    const file = ours ? parsed.data.files.find((one) => one.name === name) : undefined;
    if (file !== undefined) return file.permalink;
  }
  return null;
}
