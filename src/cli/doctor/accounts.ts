/** Accounts are optional; half an account is a mistake. Nothing secret is ever printed. */
import type { Environment } from '../place.ts';
import { type Check, fail, note, ok } from './check.ts';

export async function checkModel(env: Environment): Promise<Check> {
  const key = env.ANTHROPIC_API_KEY;
  if (key === undefined || key === '') {
    return note('model', 'no key: the built-in vigil-analyst investigates', 'Set ANTHROPIC_API_KEY to use Claude.');
  }
  const base = (env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com').replace(/\/+$/, '');
  const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
  const response = await fetch(`${base}/v1/models?limit=1`, { headers, signal: AbortSignal.timeout(8000) }).catch(
    () => null,
  );
  if (response === null) return note('model', `${base} does not answer`, 'Check the network, or ANTHROPIC_BASE_URL.');
  if (response.status === 401 || response.status === 403) {
    return fail(
      'model',
      `${base} refuses the key (${response.status})`,
      'Set ANTHROPIC_API_KEY to a valid key, or unset it.',
    );
  }
  if (response.status === 404) return ok('model', `${base} answers; it lists no models`);
  return response.ok
    ? ok('model', `${base} accepts the key`)
    : note('model', `${base} answered ${response.status}`, 'Try again; the analyst stands in meanwhile.');
}

export function checkSlack(env: Environment): Check {
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret, SLACK_CHANNEL: channel } = env;
  if (!bot && !app && !secret) return note('slack', 'not configured', 'README.md, "Connect Slack".');
  if (!bot?.startsWith('xoxb-'))
    return fail('slack', 'SLACK_BOT_TOKEN is missing or no bot token', 'It begins with xoxb-.');
  if (!app && !secret) {
    return fail(
      'slack',
      'buttons cannot reach Vigil',
      'Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).',
    );
  }
  if (app && !app.startsWith('xapp-')) return fail('slack', 'SLACK_APP_TOKEN is no app token', 'It begins with xapp-.');
  if (!channel) return fail('slack', 'no channel', 'Set SLACK_CHANNEL to the id of the incident channel.');
  return ok('slack', `${app ? 'Socket Mode' : 'signed HTTP'}, channel ${channel}`);
}

export function checkGithub(env: Environment): Check {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = env;
  if (!token && !repository)
    return note('github', 'not configured: pull requests go to a local repository', 'README.md, "Connect GitHub".');
  if (!token)
    return fail('github', 'GITHUB_TOKEN is missing', 'Give a token that may write contents and pull requests.');
  if (!repository || !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    return fail(
      'github',
      'GITHUB_REPOSITORY is missing or not owner/name',
      'Set it to the repository that is to be changed.',
    );
  }
  return ok('github', repository);
}
