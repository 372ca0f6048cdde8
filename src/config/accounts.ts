/** The accounts with services that people name in the environment. Each throws `ConfigError` when half of one is there. */
import { type Environment, need, optional } from './environment.ts';
import { ConfigError } from './error.ts';

export interface GithubAccount {
  token: string;
  repository: string;
  apiUrl?: string;
}
export interface SlackAccount {
  botToken: string;
  appToken: string | null;
  signingSecret: string | null;
  channel: string;
  apiUrl?: string;
}

export function github(env: Environment): GithubAccount {
  const repository = need(env, 'GITHUB_REPOSITORY', 'the repository, as owner/name');
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new ConfigError(`GITHUB_REPOSITORY is "${repository}"`, { hint: 'It looks like owner/name.' });
  }
  return { token: need(env, 'GITHUB_TOKEN', 'a token'), repository, ...optional('apiUrl', env.GITHUB_API_URL) };
}

export function slack(env: Environment): SlackAccount {
  const appToken = env.SLACK_APP_TOKEN ?? null;
  const signingSecret = env.SLACK_SIGNING_SECRET ?? null;
  if (appToken === null && signingSecret === null) {
    const hint = 'Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.';
    throw new ConfigError('Slack has no way to reach Vigil: clicks would be lost', { hint });
  }
  return {
    botToken: need(env, 'SLACK_BOT_TOKEN', 'the bot token'),
    channel: need(env, 'SLACK_CHANNEL', 'the channel of the incident cards'),
    appToken,
    signingSecret,
    ...optional('apiUrl', env.SLACK_API_URL),
  };
}

export interface WebhookRoom {
  kind: 'mattermost' | 'teams';
  /** The address: whoever knows it may post. */
  secret: string;
}

export function webhookRoom(env: Environment, kind: WebhookRoom['kind']): WebhookRoom {
  const secret = need(env, 'CHAT_WEBHOOK_URL', 'the address of the incoming webhook');
  if (URL.canParse(secret) && /^https?:$/.test(new URL(secret).protocol)) return { kind, secret };
  throw new ConfigError('CHAT_WEBHOOK_URL is no address', {
    hint: 'Copy it from the incoming webhook; it begins with https://.',
  });
}

/** Variables that hold one; sources with names have more of them. */
export const SECRETS = [
  'CHAT_WEBHOOK_URL',
  'VIGIL_API_KEY',
  'VIGIL_MASTER_KEY',
  'DATABASE_URL',
  'VIGIL_HOOK_TOKEN',
  'ANTHROPIC_API_KEY',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'GITHUB_TOKEN',
  'PROMETHEUS_TOKEN',
  'LOKI_TOKEN',
  'JAEGER_TOKEN',
  'TEMPO_TOKEN',
  'ALERTMANAGER_TOKEN',
  'ARGOCD_TOKEN',
  'KUBERNETES_TOKEN',
  'DD_API_KEY',
  'DD_APP_KEY',
];

/** An empty secret is a mistake that would open a door or close one; unset is how to say none. */
export function refuseEmptySecrets(env: Environment): void {
  const named = Object.keys(env).filter((name) =>
    /^(PROMETHEUS|LOKI|JAEGER|TEMPO|ALERTMANAGER|ARGOCD|KUBERNETES)_\w+_TOKEN$/.test(name),
  );
  for (const name of [...SECRETS, ...named]) {
    if (env[name]?.trim() === '')
      throw new ConfigError(`${name} is empty`, { hint: `Give ${name} a value, or unset it.` });
  }
}

export function databaseUrl(env: Environment): string | null {
  const url = env.DATABASE_URL;
  if (url === undefined) return null;
  if (/^postgres(ql)?:\/\/./.test(url)) return url;
  // Not shown: it may hold a password.
  throw new ConfigError('DATABASE_URL is no address of a PostgreSQL database', {
    hint: 'It looks like postgresql://user:password@db.internal:5432/vigil; unset it to keep everything in files.',
  });
}
