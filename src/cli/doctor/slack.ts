/** Slack: whether the tokens are whole, are taken, have the scopes, and lead to the channel. Nothing is posted. */
import { z } from 'zod';
import type { Environment } from '../place.ts';
import { type Check, fail, note, ok } from './check.ts';

const TIMEOUT_MS = 8000;
/** Of the bot token; `deploy/slack-app.yaml` makes an app that has them. */
export const SCOPES = ['chat:write', 'channels:history', 'groups:history', 'files:write', 'app_mentions:read'];
/** Without them a private channel cannot be read, which a public one does not need, and the reverse. */
const EITHER = ['channels:history', 'groups:history'];

interface Account {
  bot: string;
  app: string | null;
  channel: string;
  api: string;
}

export async function checkSlack(env: Environment): Promise<Check> {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret, SLACK_CHANNEL: channel } = env;
  if (!bot && !app && !secret) return note('slack', 'not configured', 'README.md, "Connect it", says how.');
  if (!bot?.startsWith('xoxb-'))
    return fail('slack', 'SLACK_BOT_TOKEN is missing or no bot token', 'It begins with xoxb-.');
  if (!app && !secret) {
    const fix = 'Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).';
    return fail('slack', 'buttons cannot reach Vigil', fix);
  }
  if (app && !app.startsWith('xapp-')) return fail('slack', 'SLACK_APP_TOKEN is no app token', 'It begins with xapp-.');
  const where = 'Set SLACK_CHANNEL to the id of the incident channel: C0…, at the end of "View channel details".';
  if (!channel) return fail('slack', 'no channel', where);
  if (!/^[CG][A-Z0-9]+$/.test(channel)) return fail('slack', `"${channel}" is no id of a channel`, where);
  const api = env.SLACK_API_URL ?? 'https://slack.com/api/';
  return (await trouble({ bot, app: app ?? null, channel, api })) ?? ok('slack', way(app, channel));
}

function way(app: string | undefined, channel: string): string {
  return `${app ? 'Socket Mode' : 'signed HTTP'}, channel ${channel}: the tokens are taken`;
}

async function trouble({ bot, app, channel, api }: Account): Promise<Check | null> {
  const self = await ask(api, 'auth.test', bot, {});
  if (self === null)
    return note('slack', `${api} does not answer`, 'Check the network; Vigil posts when Slack is back.');
  if (!self.ok)
    return fail('slack', `the bot token is refused (${self.error})`, 'Install the app again; set SLACK_BOT_TOKEN.');
  const missing = SCOPES.filter((scope) => self.scopes !== null && !self.scopes.includes(scope));
  const matters = EITHER.every((scope) => missing.includes(scope))
    ? missing
    : missing.filter((one) => !EITHER.includes(one));
  if (matters.length > 0)
    return fail(
      'slack',
      `the app lacks ${matters.join(', ')}`,
      'Add them under OAuth & Permissions, then reinstall the app.',
    );
  const read = await ask(api, 'conversations.history', bot, { channel, limit: '1' });
  if (read?.ok === false)
    return fail('slack', `channel ${channel} cannot be read (${read.error})`, 'Invite the app there: /invite @Vigil.');
  const socket = app === null ? null : await ask(api, 'apps.connections.open', app, {});
  if (socket?.ok === false) {
    const fix = 'Turn Socket Mode on and make an app-level token with the scope connections:write.';
    return fail('slack', `SLACK_APP_TOKEN is refused (${socket.error})`, fix);
  }
  return null;
}

const answer = z.object({ ok: z.boolean(), error: z.string().max(100).default('no reason given') });

/** Null when there is no answer. */
async function ask(api: string, method: string, token: string, params: Record<string, string>) {
  try {
    const response = await fetch(new URL(method, api), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(params),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const scopes = response.headers.get('x-oauth-scopes')?.split(/,\s*/) ?? null;
    return { ...answer.parse(await response.json()), scopes };
  } catch {
    return null;
  }
}
