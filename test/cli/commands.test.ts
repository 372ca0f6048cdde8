import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from '../kit/run-cli.ts';
import { type Asked, stubApi } from '../kit/stub-api.ts';
import { action, detail, incident, piece } from './samples.ts';

function answer({ method, path, headers }: Asked) {
  if (path === '/healthz') return { json: { ok: true, version: '0.1.0', detail: 'ready' } };
  if (headers.authorization !== 'Bearer right')
    return { status: 401, json: { error: { code: 'unauthorized', message: 'no' } } };
  if (path.startsWith('/api/incidents?')) return { json: { data: [incident] } };
  if (path === '/api/incidents/inc_1') return { json: detail };
  if (path === '/api/incidents/inc_1/evidence/E2') return { json: piece };
  if (path === '/api/incidents/inc_1/remarks')
    return { status: 202, json: { entry: { ...detail.timeline[0], seq: 2 } } };
  if (path === '/api/actions/act_1') return { json: action };
  if (method === 'POST' && path === '/api/actions/act_1/decision') {
    return {
      json: { ruling: { allowed: true }, action: { ...action, state: { is: 'approved', by: { name: 'ann' } } } },
    };
  }
  return undefined;
}
const at = (url: string, key = 'right') => ['--url', url, '--key', key];

describe('every command', () => {
  const commands = [
    'serve',
    'demo',
    'replay',
    'rank',
    'incidents',
    'evidence',
    'ask',
    'tail',
    'approve',
    'deny',
    'resolve',
    'postmortem',
    'backup',
    'restore',
    'move',
    'sessions',
    'workspaces',
    'keys',
    'config',
    'doctor',
  ];
  test.each(commands)('%s explains itself with an example', async (command) => {
    const { code, stdout } = await runCli([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: vigil \w+/);
    expect(stdout).toMatch(/Examples?:\n {2}vigil /);
  });

  test('is listed in the help of the program', async () => {
    const { stdout } = await runCli(['--help']);
    for (const command of commands) expect(stdout).toContain(`  ${command} `);
  });

  test('called wrongly ends with 2 and says how to get help', async () => {
    for (const args of [
      ['nonsense'],
      ['approve'],
      ['incidents', '--limit'],
      ['serve', '--port', '99999'],
      ['keys', 'revoke'],
    ]) {
      const { code, stderr } = await runCli(args);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toContain('--help');
    }
  });
});

test('incidents are listed for people and for programs', async () => {
  await using api = await stubApi(answer);
  const text = await runCli(['incidents', ...at(api.url)]);
  expect(text.stdout).toMatch(/inc_1 .*critical .*needs_approval .*checkout .*CheckoutLatencyHigh/);
  const json = await runCli(['incidents', '--json', '--open', ...at(api.url)]);
  expect(JSON.parse(json.stdout).data[0].id).toBe('inc_1');
  expect(api.asked.at(-1)?.path).toContain('open=true');
});

test('evidence is listed with what is cited, and shown whole with whether it is what was hashed', async () => {
  await using api = await stubApi(answer);
  const list = await runCli(['evidence', 'inc_1', ...at(api.url)]);
  expect(list.stdout).toMatch(/^E1 +cited +14:00:30 +get_metrics +world +\{\}$/m);
  const one = await runCli(['evidence', 'inc_1', '[e2]', ...at(api.url)]);
  expect(one.stdout).toMatch(/^E2 {2}get_metrics\nAsked +\{"metric":"latency"\}\nRange +2026-03-02 11:00:00 UTC to/);
  expect(one.stdout).toMatch(/^ {10}\["2026-03-02T11:00:00Z",1\],$/m);
  expect(one.stdout).not.toContain('which is NOT');
  const json = await runCli(['evidence', 'inc_1', 'E2', '--json', ...at(api.url)]);
  expect(JSON.parse(json.stdout)).toMatchObject({ id: 'E2', as_hashed: true });
  expect((await runCli(['evidence', 'inc_1', 'seven', ...at(api.url)])).stderr).toContain('It looks like E7');
});

test('ask sends what is said under a name, and says when the answer waits for a decision', async () => {
  await using api = await stubApi(answer);
  const words = ['Was', 'it', 'the campaign?'];
  const { code, stdout } = await runCli(['ask', 'inc_1', ...words, '--as', 'ann', '--no-wait', ...at(api.url)]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('It answers when the change that waits is decided')]);
  const sent = api.asked.find(({ method }) => method === 'POST');
  expect(JSON.parse(sent?.body ?? '')).toEqual({ text: 'Was it the campaign?', name: 'ann' });
});

test('approve shows the diff and sends the digest of what it showed', async () => {
  await using api = await stubApi(answer);
  const { code, stdout } = await runCli(['approve', 'inc_1', '--yes', '--as', 'ann', ...at(api.url)]);
  expect(stdout).toContain('+release()');
  expect(code).toBe(0);
  const sent = JSON.parse(api.asked.at(-1)?.body ?? '');
  expect(sent).toEqual({ digest: action.digest, via: 'cli', verdict: 'approve', name: 'ann' });
});

test('approve without a terminal and without --yes decides nothing', async () => {
  await using api = await stubApi(answer);
  const { code, stderr } = await runCli(['approve', 'act_1', ...at(api.url)]);
  expect(code).toBe(2);
  expect(stderr).toContain('--yes');
  expect(api.asked.every(({ method }) => method === 'GET')).toBe(true);
});

test("a digest that is not the proposal's is a refusal with a way out", async () => {
  await using api = await stubApi((asked) =>
    asked.method === 'POST' ? { json: { ruling: { allowed: false, why: 'digest_mismatch' }, action } } : answer(asked),
  );
  const { code, stderr } = await runCli(['approve', 'act_1', '--digest', 'b'.repeat(64), ...at(api.url)]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/not the one that was shown; nothing was done[\s\S]*vigil approve/);
});

describe('a failure is one sentence and what to do', () => {
  test('no server', async () => {
    const { code, stderr } = await runCli(['incidents', '--url', 'http://127.0.0.1:59998', '--key', 'k']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^vigil: No server answers at http:\/\/127\.0\.0\.1:59998 \(ECONNREFUSED\)\.\nStart one with `vigil serve`/,
    );
  });

  test('wrong key', async () => {
    await using api = await stubApi(answer);
    const { code, stderr } = await runCli(['incidents', ...at(api.url, 'wrong')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/refused the API key\.\n.*VIGIL_API_KEY/);
    expect(stderr).not.toContain('wrong');
  });

  test('no key to be found', async () => {
    const data = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    const { code, stderr } = await runCli(['incidents', '--data', data]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/No API key: .* does not exist\.\n.*--key/);
  });

  test('something else at that address', async () => {
    await using api = await stubApi(() => ({ text: '<html>' }));
    const { code, stderr } = await runCli(['incidents', ...at(api.url)]);
    expect(code).toBe(1);
    expect(stderr).toContain("something that is not Vigil's API");
  });

  test('never a stack', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    await writeFile(join(folder, 'world.json'), '{');
    for (const args of [
      ['replay', '/no/such/world'],
      ['replay', folder],
      ['incidents', '--url', 'nonsense'],
      ['demo', 'nowhere'],
    ]) {
      const { code, stderr } = await runCli(args);
      expect([1, 2]).toContain(code);
      expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

test('the key is taken from the data directory where none is given', async () => {
  await using api = await stubApi(answer);
  const data = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
  await writeFile(join(data, 'api-key'), 'right\n');
  expect((await runCli(['incidents', '--url', api.url, '--data', data])).code).toBe(0);
});

describe('config', () => {
  test('prints what counts, and of secrets only that they are there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    const file = join(folder, 'vigil.yaml');
    await writeFile(file, 'approvers: [U0ANN]\nloki:\n  url: http://user:verysecret@loki.internal:3100\n');
    const env = {
      ...{ VIGIL_CONFIG: file, VIGIL_PORT: '9000', ANTHROPIC_API_KEY: 'verysecret' },
      ...{ DATABASE_URL: 'postgresql://vigil:verysecret@db.internal/vigil?password=verysecret' },
      ...{ SLACK_BOT_TOKEN: 'verysecret', SLACK_SIGNING_SECRET: 'verysecret', SLACK_CHANNEL: 'C1' },
      ...{ PROMETHEUS_URL: 'http://verysecret@prometheus.internal:9090', PROMETHEUS_TOKEN: 'verysecret' },
    };
    const { code, stdout } = await runCli(['config', '--json'], { env });
    expect(code).toBe(0);
    expect(stdout).not.toContain('verysecret');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ port: 9000, approvers: ['U0ANN'], anthropic: { apiKey: 'set' }, github: null, apiKey: null },
      slack: { botToken: 'set', appToken: null, channel: 'C1' },
    });
    expect((await runCli(['config'], { env })).stdout).toMatch(/^port: 9000$/m);
  });

  test('a wrong setting ends with 1, its place and what it should be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    const file = join(folder, 'vigil.yaml');
    await writeFile(file, 'approval_minutes: soon\nprometeus: {}\nprometheus:\n  url: prometheus.internal:9090\n');
    const { code, stderr } = await runCli(['config', '--config', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/approval_minutes[\s\S]*prometeus|prometeus[\s\S]*approval_minutes/);
    expect(stderr).toContain('looks like http://prometheus.internal:9090');
    expect(stderr).toMatch(/`vigil config schema` has all settings/);
    expect(stderr).toContain(file);
    expect((await runCli(['config', '--config', join(folder, 'none')])).stderr).toContain('cannot be read');
  });

  test('the schema describes every setting', async () => {
    const { stdout } = await runCli(['config', 'schema']);
    expect(Object.keys(JSON.parse(stdout).properties)).toEqual(
      expect.arrayContaining(['approvers', 'runbooks', 'prometheus', 'datadog', 'kubernetes']),
    );
  });
});

describe('doctor', () => {
  test('ends with 0 when nothing is wrong, and with 1 and a fix when something is', async () => {
    await using api = await stubApi(answer);
    const data = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    const well = await runCli(['doctor', '--json', '--data', data, ...at(api.url)]);
    expect([well.code, JSON.parse(well.stdout).ok]).toEqual([0, true]);
    const ill = await runCli(['doctor', '--data', data, ...at(api.url, 'wrong')]);
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/✗ key {8}.*refused the API key\.\n.*--key/);
    const half = await runCli(['doctor', '--data', data, ...at(api.url)], { env: { SLACK_BOT_TOKEN: 'xoxb-1' } });
    expect(half.stdout).toMatch(/✗ slack .*\n.*SLACK_APP_TOKEN/);
  });

  test('asks where metrics and logs come from, and says how to mend a source that does not answer', async () => {
    await using api = await stubApi(answer);
    await using prometheus = await stubApi(({ path }) =>
      path === '/api/v1/query?query=1' ? { json: { status: 'success' } } : undefined,
    );
    await using loki = await stubApi(() => ({ status: 401, text: 'no org id' }));
    const folder = await mkdtemp(join(tmpdir(), 'vigil-cli-'));
    const file = join(folder, 'vigil.yaml');
    await writeFile(file, `tempo: [{name: eu-1, url: "${loki.url}"}, {name: us, url: "${loki.url}/us"}]\n`);
    await using alertmanager = await stubApi(({ path }) => (path === '/api/v2/status' ? { json: {} } : undefined));
    await using datadog = await stubApi(() => ({ status: 403, json: { errors: ['Forbidden'] } }));
    const env = {
      ...{ PROMETHEUS_URL: prometheus.url, PROMETHEUS_TOKEN: 'verysecret', ALERTMANAGER_URL: alertmanager.url },
      ...{ LOKI_URL: loki.url.replace('//', '//user:verysecret@'), VIGIL_CONFIG: file, TEMPO_US_TOKEN: 'verysecret' },
      ...{ DD_API_KEY: 'verysecret', DD_APP_KEY: 'verysecret', DD_API_URL: datadog.url },
    };
    const { code, stdout, stderr } = await runCli(['doctor', ...at(api.url)], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`✓ prometheus +${prometheus.url} answers`));
    expect(stdout).toMatch(new RegExp(`✓ alertmanager +${alertmanager.url} answers`));
    expect(stdout).toMatch(/✗ tempo eu-1 .*refuses us.*\n.*TEMPO_EU_1_TOKEN and TEMPO_EU_1_TENANT/);
    expect(stdout).toMatch(/✗ tempo us .*\/us: .*refuses us.*\n.*TEMPO_US_TOKEN/);
    expect(prometheus.asked[0]?.headers.authorization).toBe('Bearer verysecret');
    expect(stdout).toMatch(/✗ loki .*refuses us \(401: no org id\)\n.*LOKI_TOKEN and LOKI_TENANT/);
    expect(stdout).toMatch(/✗ datadog .*refuses us \(403: Forbidden\)\n.*DD_APP_KEY, its scopes/);
    expect(stdout + stderr).not.toContain('verysecret');
  });

  test('asks where changes are heard of, and says which right is missing', async () => {
    await using api = await stubApi(answer);
    await using github = await stubApi(({ path }) => (path.startsWith('/repos/acme/shop/') ? { json: [] } : undefined));
    await using argocd = await stubApi(() => ({ json: { items: null } }));
    await using kubernetes = await stubApi(() => ({ status: 403, json: { message: 'replicasets.apps is forbidden' } }));
    const env = {
      ...{ GITHUB_TOKEN: 'verysecret', GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.url },
      ...{ ARGOCD_URL: argocd.url, ARGOCD_TOKEN: 'verysecret' },
      ...{ KUBERNETES_URL: kubernetes.url, KUBERNETES_TOKEN: 'verysecret' },
    };
    const { code, stdout, stderr } = await runCli(['doctor', ...at(api.url)], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✓ changes +GitHub lists what acme\/shop deploys/);
    expect(stdout).toMatch(/✗ argocd .*no application\n.*`applications, get`/);
    expect(stdout).toMatch(/✗ kubernetes .*replicasets.apps is forbidden.*\n.*`list` on deployments/);
    expect(stdout + stderr).not.toContain('verysecret');

    const file = join(await mkdtemp(join(tmpdir(), 'vigil-cli-')), 'vigil.yaml');
    await writeFile(
      file,
      `argocd: [{name: eu, url: "${argocd.url}"}]\nkubernetes: [{name: eu-1, url: "${kubernetes.url}"}]\n`,
    );
    const named = await runCli(['doctor', ...at(api.url)], { env: { VIGIL_CONFIG: file } });
    expect(named.stdout).toMatch(/✗ argocd eu .*no application\n.*Check ARGOCD_EU_TOKEN/);
    expect(named.stdout).toMatch(/✗ kubernetes eu-1 .*is forbidden.*\n.*Check KUBERNETES_EU_1_TOKEN/);
  });

  test('says why the database of DATABASE_URL cannot be used, without its password', async () => {
    await using api = await stubApi(answer);
    const env = { DATABASE_URL: 'postgresql://vigil:verysecret@127.0.0.1:1/vigil' };
    const { code, stdout, stderr } = await runCli(['doctor', ...at(api.url)], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ postgres .*ECONNREFUSED.*\n.*DATABASE_URL/);
    expect(stdout).toMatch(/• shared .*VIGIL_MASTER_KEY, VIGIL_API_KEY, VIGIL_HOOK_TOKEN not set.*\n.*the same/);
    expect(stdout + stderr).not.toContain('verysecret');
  });

  test('prints no secret', async () => {
    await using api = await stubApi(answer);
    const tokens = { SLACK_BOT_TOKEN: 'xoxb-verysecret', SLACK_APP_TOKEN: 'xapp-verysecret' };
    const env = { ...tokens, SLACK_CHANNEL: 'C1', SLACK_API_URL: `${api.url}/` };
    const { stdout, stderr } = await runCli(['doctor', ...at(api.url)], { env });
    expect(stdout + stderr).not.toContain('verysecret');
  });
});
