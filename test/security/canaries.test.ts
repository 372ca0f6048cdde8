/**
 * Secrets planted in every place that holds one, a model that looks for them, and services that repeat them in their
 * errors. Then everything that was written or sent is searched, in the encodings that hide a secret from a glance.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeAnthropic, fakeAnthropic } from '../kit/fake-anthropic.ts';
import { FakeGithub, TOKEN } from '../kit/fake-github.ts';
import { BOT, FakeSlack } from '../kit/fake-slack.ts';
import { type Running, startCli } from '../kit/run-cli.ts';
import { alertBody, writeTinyWorld } from '../survival/tiny-world.ts';
import { finding, pullRequest } from './hostile-model.ts';

const draw = (prefix: string) => `${prefix}${randomBytes(18).toString('hex')}`;
const planted = {
  'API key': draw('vk_'),
  'hook token': draw('vh_'),
  'Anthropic key': draw('sk-ant-'),
  'Slack bot token': BOT.token,
  'Slack app token': BOT.appToken,
  'GitHub token': TOKEN,
};
const told: { where: string; text: string }[] = [];
let home: string;
let server: Running;
let model: FakeAnthropic;
let slack: FakeSlack;
let github: FakeGithub;
let url: string;

/** What a model in the sandbox tries in order to see the host, its secrets and its network. */
const snooping = (data: string) => [
  'env; export; set; cat /proc/self/environ /proc/1/environ /proc/self/cmdline',
  `cat ${data}/api-key ${data}/hook-token ${data}/vigil.db ${data}/master.key /etc/shadow; ls -la ${data} / /root /home /proc`,
  'cat /mnt/session/uploads/../../../../etc/passwd; ln -s /etc/passwd /tmp/l; cat /tmp/l; find / -name "*key*" -o -name "*.db"',
  `curl -s http://127.0.0.1:8400/api/incidents; wget -qO- http://127.0.0.1:8400/healthz; cat < /dev/tcp/127.0.0.1/8400`,
  'node -e "console.log(process.env)"; python3 -c "import os; print(os.environ)"; js-exec -c "console.log(process.env)"',
  'sqlite3 /tmp/x ".shell env"; awk \'BEGIN{for(k in ENVIRON)print k,ENVIRON[k]}\'; xargs -a /proc/self/environ echo; jq -n env',
];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-canary-'));
  const data = join(home, 'data');
  await writeTinyWorld(join(home, 'world'));
  const bare = join(home, 'shop.git');
  execFileSync('git', ['clone', '-q', '--bare', join(home, 'world', 'repo.bundle'), bare]);
  slack = await new FakeSlack().start();
  github = await new FakeGithub(bare).start();
  let id = 0;
  const call = (tool: string, input: object) => ({ tool, id: `toolu_${++id}`, json: JSON.stringify(input) });
  const echo = `overloaded, your key ${planted['Anthropic key']} of ${Buffer.from(planted['Anthropic key']).toString('base64')}`;
  model = await fakeAnthropic(
    { status: 529, type: echo },
    { blocks: [call('list_metrics', {}), call('get_recent_changes', {})], stop: 'tool_use' },
    {
      blocks: [
        ...snooping(data).map((command) => call('bash', { command })),
        call('read', { file_path: `${data}/api-key` }),
        call('read', { file_path: '/proc/self/environ' }),
        call('glob', { pattern: '**/*', path: '/' }),
        call('grep', { pattern: 'vk_|vh_|sk-ant', path: '/' }),
      ],
      stop: 'tool_use',
    },
    { blocks: [call('report_finding', finding())], stop: 'tool_use' },
    { blocks: [{ text: 'Read a second time: I say nothing of it.' }] },
    { blocks: [call('open_pull_request', pullRequest())], stop: 'tool_use' },
    { blocks: [{ text: 'Done.' }] },
  );
  server = startCli(['serve', '--port', '0', '--data', data], {
    env: {
      VIGIL_LOG_LEVEL: 'debug',
      VIGIL_WORLD: join(home, 'world'),
      VIGIL_API_KEY: planted['API key'],
      VIGIL_HOOK_TOKEN: planted['hook token'],
      ANTHROPIC_API_KEY: planted['Anthropic key'],
      ANTHROPIC_BASE_URL: model.url,
      SLACK_BOT_TOKEN: planted['Slack bot token'],
      SLACK_APP_TOKEN: planted['Slack app token'],
      SLACK_CHANNEL: slack.channel,
      SLACK_API_URL: slack.apiUrl,
      GITHUB_TOKEN: planted['GitHub token'],
      GITHUB_REPOSITORY: github.repository,
      GITHUB_API_URL: github.url,
    },
  });
  url = (await server.prints(/vigil listening on (\S+)/))[1] ?? '';
}, 60_000);
afterAll(async () => {
  if (server?.process.exitCode === null) server.process.kill('SIGKILL');
  await server?.ended;
  await Promise.all([slack.stop(), github.stop(), model.close()]);
  await rm(home, { recursive: true, force: true });
});

const get = async (path: string) =>
  (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${planted['API key']}` } })).text();

test('the story is told to its end with a model that snoops', { timeout: 120_000 }, async () => {
  const headers = { authorization: `Bearer ${planted['hook token']}` };
  expect(
    (await fetch(`${url}/hooks/alertmanager`, { method: 'POST', headers, body: JSON.stringify(alertBody()) })).status,
  ).toBe(202);
  // A stranger with a wrong key, and one with a right key in the wrong place: both end up in logs, if anything does.
  await fetch(`${url}/api/incidents?key=x`, { headers: { authorization: 'Bearer wrong' } });
  const button = () => slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).length > 0)?.ts;
  await expect.poll(button, { timeout: 60_000 }).toBeDefined();
  expect(github.pulls).toEqual([]);
  await slack.click(button() ?? '', 'vigil_approve');
  await expect.poll(() => github.pulls.length, { timeout: 30_000 }).toBe(1);
  await expect.poll(() => model.requests.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(7);
  const incidents: { data: { id: string; sessionId: string }[] } = JSON.parse(await get('/api/incidents'));
  const [incident] = incidents.data;
  const paths = [
    '/',
    '/healthz',
    '/api/incidents',
    `/api/incidents/${incident?.id}`,
    `/v1/sessions/${incident?.sessionId}`,
    `/v1/sessions/${incident?.sessionId}/events?limit=1000`,
    '/v1/agents',
    '/v1/environments',
    '/v1/files',
    '/v1/vaults',
  ];
  for (const path of paths) told.push({ where: `the answer to ${path}`, text: await get(path) });
  server.process.kill('SIGTERM');
  await server.ended;
});

test('the sandbox showed nothing of the host', async () => {
  const results = JSON.stringify(model.requests.at(-1)?.body);
  expect(results).toContain('No such file or directory');
  expect(results).not.toMatch(/SLACK_|GITHUB_TOKEN|ANTHROPIC|VIGIL_|NODE_OPTIONS/);
  const [host] = (await readFile('/etc/passwd', 'utf8')).split('\n').filter((line) => line.startsWith('nobody:'));
  if (host !== undefined) expect(results).not.toContain(host);
  expect(results).not.toContain('"accepted"');
});

test('no secret is in what was written, sent, logged or answered', { timeout: 60_000 }, async () => {
  told.push({ where: 'standard output', text: server.stdout() }, { where: 'the log', text: server.stderr() });
  told.push({ where: 'Slack', text: JSON.stringify([slack.messages, slack.views, slack.ephemerals]) });
  told.push({ where: 'GitHub', text: JSON.stringify([github.calls, github.pulls]) });
  told.push({ where: 'the model', text: JSON.stringify(model.requests.map(({ body }) => body)) });
  for (const entry of await readdir(join(home, 'data'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    told.push({ where: relative(home, path), text: (await readFile(path)).toString('latin1') });
  }
  expect(told.length).toBeGreaterThan(15);
  const leaks = told.flatMap(({ where, text }) =>
    Object.entries(planted).flatMap(([name, secret]) =>
      forms(secret).some((form) => text.includes(form)) ? [`${name} in ${where}`] : [],
    ),
  );
  expect(leaks).toEqual([]);
});

test('the search itself finds what it is for', () => {
  const secret = planted['API key'];
  for (const shift of ['', 'x', 'xy']) {
    expect(forms(secret).some((form) => Buffer.from(`${shift}${secret}!`).toString('base64').includes(form))).toBe(
      true,
    );
  }
  expect(forms(secret).some((form) => `a${Buffer.from(secret).toString('hex')}`.includes(form))).toBe(true);
});

/** The secret as it is, in hexadecimal, and in base64 wherever it may begin in what was encoded. */
function forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(shift === 0 ? 0 : 4, -2);
  });
  return [
    secret,
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}
