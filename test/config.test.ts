import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { restingSandboxes } from '../src/config/resting-sandboxes.ts';
import { ConfigError, loadConfig } from '../src/config.ts';
import { startVigil } from '../src/main.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vigil-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const yaml = (text: string) => {
  const path = join(dir, 'vigil.yaml');
  writeFileSync(path, text);
  return { config: path };
};

describe('what decides', () => {
  test('with nothing given, everything is embedded and on this machine only', () => {
    expect(loadConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 8400,
      model: 'vigil-analyst',
      forge: 'git',
      chat: 'none',
      world: null,
      anthropic: null,
      approvalMinutes: 30,
      maxSessions: 16,
    });
    expect(loadConfig({}, yaml('max_sessions: 500\n'))).toMatchObject({ maxSessions: 500 });
    expect(loadConfig({}, yaml('max_resting_sandboxes: 0\n'))).toMatchObject({ restingSandboxes: 0 });
    const gib = 1024 ** 3;
    expect([restingSandboxes(16, gib), restingSandboxes(16, 24 * gib), restingSandboxes(500, 24 * gib)]).toEqual([
      4, 16, 48,
    ]);
  });

  test('flags win over the environment, the environment over the file', () => {
    const file = yaml('port: 1\nhost: a.example\nmodel: m\n');
    expect(loadConfig({}, file)).toMatchObject({ port: 1, host: 'a.example', model: 'm' });
    expect(loadConfig({ VIGIL_PORT: '2', VIGIL_HOST: 'b.example' }, file)).toMatchObject({
      port: 2,
      host: 'b.example',
    });
    expect(loadConfig({ VIGIL_PORT: '2' }, { ...file, port: 3 })).toMatchObject({ port: 3, host: 'a.example' });
  });

  test('DATABASE_URL is all it takes to share a database, and a wrong one is not shown', () => {
    expect(loadConfig({})).toMatchObject({ databaseUrl: null });
    const url = 'postgresql://vigil:secret@db.internal/vigil';
    expect(loadConfig({ DATABASE_URL: url })).toMatchObject({ databaseUrl: url });
    const refused = () => loadConfig({ DATABASE_URL: 'mysql://vigil:verysecret@db.internal/vigil' });
    expect(refused).toThrow(ConfigError);
    expect(refused).not.toThrow(/verysecret/);
  });

  test('an Anthropic key chooses Claude unless a model is named', () => {
    expect(loadConfig({ ANTHROPIC_API_KEY: 'k' }).model).toBe('claude-opus-4-6');
    const gateway = { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://gateway', VIGIL_MODEL: 'other' };
    expect(loadConfig(gateway)).toMatchObject({
      model: 'other',
      anthropic: { apiKey: 'k', baseURL: 'http://gateway' },
    });
  });

  test('Slack and GitHub are chosen by their credentials', () => {
    const env = {
      SLACK_BOT_TOKEN: 'b',
      SLACK_APP_TOKEN: 'a',
      SLACK_CHANNEL: 'C1',
      GITHUB_TOKEN: 'g',
      GITHUB_REPOSITORY: 'acme/shop',
    };
    expect(loadConfig(env)).toMatchObject({ chat: 'slack', forge: 'github', github: { repository: 'acme/shop' } });
  });
});

describe('metrics and logs', () => {
  test('come from nowhere, a file or the environment, each by itself', () => {
    expect(loadConfig({})).toMatchObject({ prometheus: [], loki: [], jaeger: [] });
    expect(loadConfig({ JAEGER_URL: 'http://jaeger:16686', JAEGER_TOKEN: 't' }).jaeger).toMatchObject([{ token: 't' }]);
    const file = yaml('loki:\n  url: http://loki:3100\n  tenant: shop\n  service_labels: [app_name]\n');
    const written = { name: null, url: 'http://loki:3100', token: null, tenant: 'shop', serviceLabels: ['app_name'] };
    expect(loadConfig({}, file)).toMatchObject({ prometheus: [], loki: [written] });
    const env = { LOKI_URL: 'http://other:3100', LOKI_TOKEN: 't', PROMETHEUS_URL: 'http://prometheus:9090' };
    expect(loadConfig(env, file)).toMatchObject({
      loki: [{ ...written, url: 'http://other:3100', token: 't' }],
      prometheus: [{ name: null, url: 'http://prometheus:9090', token: null, tenant: null, serviceLabels: null }],
    });
  });

  test('come from several of a kind by name, each with a token of its own', () => {
    const file = yaml(
      'prometheus:\n  - {name: eu-west, url: "http://eu:9090", tenant: shop}\n  - {name: us}\njaeger:\n  - {name: eu, url: "http://j:1"}\n',
    );
    const env = { PROMETHEUS_US_URL: 'http://us:9090', PROMETHEUS_EU_WEST_TOKEN: 't' };
    const rest = { token: null, tenant: null, serviceLabels: null };
    expect(loadConfig(env, file)).toMatchObject({
      prometheus: [
        { ...rest, name: 'eu-west', url: 'http://eu:9090', token: 't', tenant: 'shop' },
        { ...rest, name: 'us', url: 'http://us:9090' },
      ],
      ...{ jaeger: [{ ...rest, name: 'eu', url: 'http://j:1' }], loki: [] },
    });
  });

  test.each([
    [
      'two of one name',
      '[{name: eu, url: "http://a"}, {name: eu, url: "http://b"}]',
      {},
      /two of the name eu[\s\S]*\[1\]\.name/,
    ],
    ['one without a name', '[{url: "http://a"}]', {}, /prometheus\[0\]\.name/],
    ['a field that there is not', '[{name: eu, url: "http://a", adress: x}]', {}, /"adress"[\s\S]*prometheus\[0\]/],
    ['an address that is none', '[{name: eu, url: "a:9090"}]', {}, /looks like http[\s\S]*prometheus\[0\]\.url/],
    ['none at all', '[]', {}, /prometheus/],
    ['a name that cannot be in a variable', '[{name: "EU=1\\n", url: "http://a"}]', {}, /a name looks like eu-west-1/],
    ['a name that is no text', '[{name: [], url: "http://a"}]', {}, /prometheus\[0\]\.name/],
    ['no address', '[{name: eu}]', {}, /prometheus eu has no address/],
    [
      'the same address twice',
      '[{name: a, url: "http://a"}, {name: b, url: "http://a"}]',
      {},
      /a and b are the same address/,
    ],
    ['a token for nobody', '[{name: eu, url: "http://a"}]', { PROMETHEUS_TOKEN: 't' }, /PROMETHEUS_TOKEN is set, and/],
    [
      'a token of a stranger',
      '[{name: eu, url: "http://a"}]',
      { PROMETHEUS_US_TOKEN: 't' },
      /PROMETHEUS_US_TOKEN is set/,
    ],
    ['an empty token', '[{name: eu, url: "http://a"}]', { PROMETHEUS_EU_TOKEN: '' }, /PROMETHEUS_EU_TOKEN is empty/],
  ])('several of a kind with %s are refused', (_what, written, env, said) => {
    expect(() => loadConfig(env, yaml(`prometheus: ${written}\n`))).toThrow(said);
  });

  test('come from Datadog with a key to read, whatever else its agent has set on this machine', () => {
    expect(loadConfig({ DD_API_KEY: 'a', DD_SITE: 'datadoghq.eu' }).datadog).toBeNull();
    const keys = { DD_API_KEY: 'a', DD_APP_KEY: 'b' };
    expect(loadConfig(keys).datadog).toEqual({ site: 'datadoghq.com', apiKey: 'a', appKey: 'b' });
    const file = yaml('datadog:\n  site: us5.datadoghq.com\n');
    expect(loadConfig(keys, file).datadog?.site).toBe('us5.datadoghq.com');
    expect(() => loadConfig({ DD_APP_KEY: 'b' })).toThrow(/DD_API_KEY is not set/);
    expect(() => loadConfig({ ...keys, DD_SITE: 'https://evil.example/' })).toThrow(/DD_SITE/);
  });

  test('are not all: changes come from several clusters by name, each with a token of its own', () => {
    const file = yaml(
      'argocd:\n  - {name: eu, url: "https://argo"}\nkubernetes:\n  - {name: eu, url: "https://a", namespaces: [shop], token_file: /t}\n  - {name: us, url: "https://b"}\n',
    );
    const env = { ARGOCD_EU_TOKEN: 't', KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_PORT: 'tcp://10.0.0.1' };
    const { argocd, kubernetes } = loadConfig(env, file).changes;
    expect(argocd).toMatchObject([{ name: 'eu', url: 'https://argo', token: 't' }]);
    expect(kubernetes).toMatchObject([
      { name: 'eu', url: 'https://a', namespaces: ['shop'], token: null, tokenFile: '/t' },
      // The token of this cluster is for this cluster's server.
      { name: 'us', url: 'https://b', namespaces: [], token: null, tokenFile: null },
    ]);
    expect(() => loadConfig({ ...env, KUBERNETES_TOKEN: 't' }, file)).toThrow(/KUBERNETES_TOKEN is set, and/);
    expect(() => loadConfig({ ARGOCD_EU_TOKEN: '' }, file)).toThrow(/ARGOCD_EU_TOKEN is empty/);
  });

  test('are not all: changes come from GitHub, Argo CD and a cluster, each by itself', () => {
    expect(loadConfig({}).changes).toEqual({ argocd: [], kubernetes: [], github: null });
    const github = { GITHUB_TOKEN: 'g', GITHUB_REPOSITORY: 'acme/shop' };
    const own = { token: 'g', repositories: [{ name: 'acme/shop', service: null, environment: null }] };
    expect(loadConfig(github).changes.github).toEqual(own);
    expect(loadConfig({ ...github, VIGIL_WORLD: '/w' }).changes.github).toBeNull();
    const file = yaml(
      'github:\n  repositories:\n    - {name: acme/cart, service: cart}\nkubernetes:\n  url: https://k8s\n  namespaces: [shop]\n',
    );
    expect(
      loadConfig({ ...github, VIGIL_WORLD: '/w', ARGOCD_URL: 'https://argo', ARGOCD_TOKEN: 't' }, file).changes,
    ).toMatchObject({
      github: { repositories: [{ name: 'acme/cart', service: 'cart' }] },
      argocd: [{ name: null, url: 'https://argo', token: 't' }],
      kubernetes: [{ name: null, url: 'https://k8s', namespaces: ['shop'], token: null, tokenFile: null }],
    });
    const inside = { KUBERNETES_URL: 'https://k8s', KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    expect(loadConfig(inside).changes.kubernetes[0]?.tokenFile).toContain('serviceaccount/token');
    expect(loadConfig({ ...inside, KUBERNETES_TOKEN: 't' }).changes.kubernetes[0]?.tokenFile).toBeNull();
    expect(() => loadConfig({}, file)).toThrow(/GITHUB_TOKEN is not set/);
  });

  test('an address that is none is refused without repeating it, because it may hold a password', () => {
    const wrong = () => loadConfig({ PROMETHEUS_URL: 'prometheus:verysecret@host' });
    expect(wrong).toThrow(/PROMETHEUS_URL is no address/);
    expect(wrong).not.toThrow(/verysecret/);
    expect(() => loadConfig({ LOKI_URL: 'file:///etc/passwd' })).toThrow(/LOKI_URL/);
  });
});

describe('what is wrong is named', () => {
  test.each([
    'VIGIL_API_KEY',
    'VIGIL_HOOK_TOKEN',
    'VIGIL_MASTER_KEY',
    'ANTHROPIC_API_KEY',
    'SLACK_SIGNING_SECRET',
    'SLACK_BOT_TOKEN',
    'GITHUB_TOKEN',
    'PROMETHEUS_TOKEN',
    'LOKI_TOKEN',
    'DD_API_KEY',
    'DD_APP_KEY',
  ])('an empty %s', (name) => {
    expect(() => loadConfig({ [name]: ' ' })).toThrow(new RegExp(`${name} is empty`));
  });

  test.each([
    ['a port that is no number', { VIGIL_PORT: 'eight' }, /port/],
    ['a port too high', { VIGIL_PORT: '70000' }, /port/],
    ['Slack without a channel', { SLACK_BOT_TOKEN: 'b', SLACK_APP_TOKEN: 'a' }, /SLACK_CHANNEL/],
    ['Slack that cannot reach us', { SLACK_BOT_TOKEN: 'b', SLACK_CHANNEL: 'C' }, /clicks would be lost/],
    ['GitHub without a repository', { GITHUB_TOKEN: 'g' }, /GITHUB_REPOSITORY/],
    ['a repository that is none', { GITHUB_TOKEN: 'g', GITHUB_REPOSITORY: 'shop' }, /GITHUB_REPOSITORY/],
  ])('%s', (_name, env, message) => {
    expect(() => loadConfig(env)).toThrow(message);
  });

  test('a setting that does not exist, a file that is no mapping, a file that is not there', () => {
    expect(() => loadConfig({}, yaml('prot: 1'))).toThrow(/prot/);
    expect(() => loadConfig({}, yaml('- a'))).toThrow(/not a YAML mapping/);
    expect(() => loadConfig({}, { config: join(dir, 'none.yaml') })).toThrow(/cannot be read/);
  });
});

describe('a start that cannot succeed says what to do, and leaves nothing running', () => {
  test('the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const failed = startVigil(loadConfig({}, { data: dir, port }));
    await expect(failed).rejects.toMatchObject({ name: 'ConfigError', hint: expect.stringContaining('--port') });
    other.close();
    const vigil = await startVigil(loadConfig({}, { data: dir, port: 0 }));
    await vigil.close();
  });

  test('the data directory cannot be written', async () => {
    const file = join(dir, 'a-file');
    writeFileSync(file, '');
    const failed = startVigil(loadConfig({}, { data: join(file, 'data'), port: 0 }));
    await expect(failed).rejects.toBeInstanceOf(ConfigError);
    await expect(failed).rejects.toThrow(/cannot be written/);
  });

  test('the world is not there', async () => {
    const failed = startVigil(loadConfig({}, { data: dir, port: 0, world: join(dir, 'no-world') }));
    await expect(failed).rejects.toThrow(/world\.json/);
  });
});
