import type { Config } from '../config.ts';

/** What no log may hold, whoever wrote the words. */
export function secretsOf(config: Config): (string | null | undefined)[] {
  const { anthropic, slack, github, datadog, changes, masterKey, databaseUrl } = config;
  const { prometheus, loki, jaeger, tempo, alertmanager } = config;
  return [
    ...[prometheus, loki, jaeger, tempo, alertmanager, changes.argocd, changes.kubernetes]
      .flat()
      .flatMap(({ token, url }) => [token, passwordOf(url)]),
    masterKey,
    databaseUrl,
    passwordOf(databaseUrl),
    anthropic?.apiKey,
    config.webhookRoom?.secret,
    slack?.botToken,
    slack?.appToken,
    slack?.signingSecret,
    github?.token,
    datadog?.apiKey,
    datadog?.appKey,
    changes.github?.token,
  ];
}

function passwordOf(url: string | null): string | null {
  const password = url !== null && URL.canParse(url) ? new URL(url).password : '';
  return password === '' ? null : decodeURIComponent(password);
}
