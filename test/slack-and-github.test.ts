/** The same story with the real client libraries at both ends: Slack's buttons decide, GitHub gets the pull request. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeGithub, TOKEN } from './kit/fake-github.ts';
import { BOT, type FakeMessage, FakeSlack } from './kit/fake-slack.ts';
import { alertOf, type RunningVigil, runVigil, worldDir } from './kit/running-vigil.ts';

const WORLD = 's1-connection-leak';
const LIMIT_MS = 120_000;
let slack: FakeSlack;
let github: FakeGithub;
let home: string;
let running: RunningVigil | null;

beforeEach(async () => {
  running = null;
  home = await mkdtemp(join(tmpdir(), 'vigil-room-'));
  const bare = join(home, 'shop.git');
  execFileSync('git', ['clone', '-q', '--bare', join(worldDir(WORLD), 'repo.bundle'), bare]);
  slack = await new FakeSlack().start();
  github = await new FakeGithub(bare).start();
});
afterEach(async () => {
  await running?.close();
  await slack.stop();
  await github.stop();
  await rm(home, { recursive: true, force: true });
});

async function alerted(mode: 'socket' | 'http'): Promise<RunningVigil> {
  const vigil = await runVigil({
    worldName: WORLD,
    chat: 'slack',
    slack: {
      botToken: BOT.token,
      appToken: mode === 'socket' ? BOT.appToken : null,
      signingSecret: mode === 'http' ? slack.signingSecret : null,
      channel: slack.channel,
      apiUrl: slack.apiUrl,
    },
    forge: 'github',
    github: { token: TOKEN, repository: github.repository, apiUrl: github.url },
  });
  running = vigil;
  slack.requestUrl = `${vigil.vigil.url}/hooks/slack`;
  expect((await vigil.hook(await alertOf(WORLD))).status).toBe(202);
  return vigil;
}

/** The thread's message that carries buttons, once it is there. */
async function asked(): Promise<FakeMessage> {
  const find = () => slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).length > 0);
  await expect.poll(() => find() !== undefined, { timeout: 90_000, interval: 100 }).toBe(true);
  const message = find();
  if (message === undefined) throw new Error('nobody was asked');
  return message;
}
const shown = (message: FakeMessage) => JSON.stringify(slack.messages.find(({ ts }) => ts === message.ts)?.blocks);

test(
  'approve in Slack: one card, one thread, one draft pull request on GitHub',
  async () => {
    const vigil = await alerted('socket');
    const message = await asked();
    expect(github.pulls).toEqual([]);
    await slack.click(message.ts, 'vigil_approve');
    await expect.poll(() => github.pulls.length, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => shown(message), { timeout: 30_000 }).toContain('Approved* by <@U0ANN>');
    await expect.poll(() => shown(message), { timeout: 30_000 }).toContain('/pull/1|Pull request 1>');
    expect(slack.buttons(message.ts)).toEqual({});
    expect(slack.roots()).toHaveLength(1);
    expect(github.pulls[0]).toMatchObject({ draft: true, labels: ['vigil', 'incident'] });
    const [incident] = await vigil.incidents();
    const [action] = (await vigil.story(incident?.id ?? '')).actions;
    expect(action?.state).toMatchObject({ is: 'done', number: 1, by: { id: 'U0ANN', via: 'slack' } });
    expect(await github.git('diff', '--name-only', 'main', action?.plan.branch ?? '')).not.toBe('');
    const keys = slack.messages.map((one) => one.metadata?.event_payload.key);
    expect(new Set(keys).size).toBe(keys.length);
  },
  LIMIT_MS,
);

test(
  'deny over signed HTTP: the reason is stored, and GitHub hears of nothing',
  async () => {
    const vigil = await alerted('http');
    const message = await asked();
    expect((await slack.click(message.ts, 'vigil_deny')).status).toBe(200);
    await expect.poll(() => slack.views.length).toBe(1);
    await slack.submitModal({ reason: { text: 'we are in a freeze' } });
    await expect.poll(() => shown(message), { timeout: 30_000 }).toContain('we are in a freeze');
    const [incident] = await vigil.incidents();
    const [action] = (await vigil.story(incident?.id ?? '')).actions;
    expect(action?.state).toMatchObject({ is: 'rejected', reason: 'we are in a freeze' });
    expect(slack.buttons(message.ts)).toEqual({});
    expect(github.calls.every(({ route }) => route.startsWith('GET '))).toBe(true);
  },
  LIMIT_MS,
);
