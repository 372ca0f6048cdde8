import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SECRETS } from '../../src/config/accounts.ts';
import { loadConfig } from '../../src/config.ts';
import { secretsOf } from '../../src/parts/secrets.ts';

const FORMS: Record<string, string> = {
  DATABASE_URL: 'postgres://vigil:s-database@db/vigil',
  CHAT_WEBHOOK_URL: 'https://chat.example.com/hooks/s-room',
  VIGIL_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const KINDS = ['PROMETHEUS', 'LOKI', 'JAEGER', 'TEMPO', 'ALERTMANAGER', 'ARGOCD', 'KUBERNETES'];
/** These two are hidden by the value that is in use, which may be one that was made at the first start. */
const IN_USE = ['VIGIL_API_KEY', 'VIGIL_HOOK_TOKEN'];

test('every secret that a variable may hold is one that no log may hold, those in addresses and of named sources, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-secrets-'));
  const path = join(folder, 'vigil.yaml');
  await writeFile(path, 'loki:\n  - {name: eu-west, url: "http://u:s-in-address@loki:3100"}\n');
  const values = Object.fromEntries(
    SECRETS.filter((name) => name !== 'LOKI_TOKEN').map((name) => [name, FORMS[name] ?? `s-${name}`]),
  );
  const addresses = Object.fromEntries(
    KINDS.filter((kind) => kind !== 'LOKI').map((kind) => [`${kind}_URL`, `http://${kind}:1`]),
  );
  const env: Record<string, string | undefined> = {
    ...values,
    ...addresses,
    LOKI_EU_WEST_TOKEN: 's-named',
    GITHUB_REPOSITORY: 'acme/shop',
    SLACK_CHANNEL: 'C1',
  };
  try {
    const hidden = new Set(
      [{ chat: 'slack' }, { chat: 'webhook' }].flatMap(({ chat }) => {
        const { CHAT_WEBHOOK_URL: room, ...others } = env;
        const chosen = chat === 'webhook' ? { ...others, CHAT_WEBHOOK_URL: room, SLACK_BOT_TOKEN: undefined } : others;
        return secretsOf(loadConfig(chosen, { config: path }));
      }),
    );
    for (const [name, value] of Object.entries(values))
      if (!IN_USE.includes(name)) expect(hidden, name).toContain(value);
    for (const value of ['s-named', 's-in-address', 's-database']) expect(hidden, value).toContain(value);
  } finally {
    await rm(folder, { recursive: true });
  }
});
