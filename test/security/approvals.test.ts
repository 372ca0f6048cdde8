/** Approvals, attacked at every door: what runs is what a listed person approved, once, or nothing. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { afterEach, expect, test } from 'vitest';
import { digest } from '../../src/lib/digest.ts';
import { BOT, FakeSlack } from '../kit/fake-slack.ts';
import type { RunningVigil } from '../kit/running-vigil.ts';
import {
  type Attack,
  asksPerson,
  attack,
  branches,
  look,
  newFile,
  propose,
  pullRequest,
  report,
} from './hostile-model.ts';

const LIMIT_MS = 90_000;
const script = [look, report, propose, { blocks: [{ text: 'Done.' }] }];
let running: Attack | null = null;
let slack: FakeSlack | null = null;
afterEach(async () => {
  await running?.close();
  await slack?.stop();
  running = null;
  slack = null;
});
type Story = Awaited<ReturnType<RunningVigil['story']>>;
type Action = Story['actions'][number];

async function asked(
  over: Parameters<typeof attack>[1] = {},
  parts: Parameters<typeof attack>[2] = {},
  scripts = [script],
) {
  const begun = await attack(scripts, over, parts);
  running = begun;
  const id = await begun.alert();
  const { actions } = await begun.vigil.until(id, asksPerson);
  const [action] = actions;
  if (action === undefined) throw new Error('nobody was asked');
  return { vigil: begun.vigil, alert: begun.alert, id, action };
}

function decide(vigil: RunningVigil, action: Pick<Action, 'id' | 'digest'>, over: Record<string, unknown> = {}) {
  const body = { verdict: 'approve', digest: action.digest, name: 'ann', ...over };
  return vigil.call<{ ruling: { allowed: boolean; why?: string } }>(`/api/actions/${action.id}/decision`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
}
const ruled = async (answer: ReturnType<typeof decide>) => (await answer).ruling;
const settled = (vigil: RunningVigil, id: string, ...states: string[]) =>
  vigil.until(id, ({ actions }) => states.includes(actions[0]?.state.is ?? ''));
const now = (vigil: RunningVigil, id: string) => vigil.story(id).then(({ actions }) => actions[0]?.state.is);
/** What a wrong decision must leave behind: nothing. */
async function untouched(vigil: RunningVigil, id: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await now(vigil, id)).toBe('proposed');
  expect(branches(vigil)).toEqual([]);
}

test('a wrong digest, another action, an action of nobody: nothing happens', { timeout: LIMIT_MS }, async () => {
  const other = [
    look,
    report,
    { blocks: [{ tool: 'open_pull_request', input: pullRequest({ change: { patch: newFile('a.txt') } }) }] },
  ];
  const { vigil, id, action, alert } = await asked({}, {}, [script, other]);
  const second = (await vigil.until(await alert('two'), asksPerson)).actions[0];
  expect(second?.digest).not.toBe(action.digest);
  expect(await ruled(decide(vigil, action, { digest: '0'.repeat(64) }))).toEqual({
    allowed: false,
    why: 'digest_mismatch',
  });
  expect(await ruled(decide(vigil, { id: action.id, digest: second?.digest ?? '' }))).toMatchObject({ allowed: false });
  await expect(decide(vigil, { id: 'act_00000000000000000000', digest: action.digest })).rejects.toThrow('404');
  await untouched(vigil, id);
});

test('a person who is not listed decides nothing, whatever door and name', { timeout: LIMIT_MS }, async () => {
  const { vigil, id, action } = await asked({ approvers: ['ann'] });
  for (const name of ['bob', 'Ann', 'ann ', 'ann\u200b', 'аnn', 'constructor', '__proto__']) {
    expect(await ruled(decide(vigil, action, { name })), name).toEqual({ allowed: false, why: 'not_permitted' });
    expect(await ruled(decide(vigil, action, { name, verdict: 'reject' })), name).toMatchObject({ allowed: false });
  }
  expect(await ruled(decide(vigil, action, { name: undefined }))).toMatchObject({ allowed: false });
  await untouched(vigil, id);
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: true });
});

test('the key does not make its holder somebody of Slack', { timeout: LIMIT_MS }, async () => {
  const { vigil, id, action } = await asked({ approvers: ['U0ANN'] });
  for (const via of ['api', 'cli', 'terminal']) {
    expect(await ruled(decide(vigil, action, { name: 'U0ANN', via }))).toEqual({
      allowed: false,
      why: 'not_permitted',
    });
  }
  await expect(decide(vigil, action, { name: 'U0ANN', via: 'slack' })).rejects.toThrow('400');
  await untouched(vigil, id);
});

test('one decision at most, whoever comes at once through whichever door', { timeout: LIMIT_MS }, async () => {
  const room = await new FakeSlack().start();
  slack = room;
  const { vigil, id, action } = await asked({
    chat: 'slack',
    slack: {
      botToken: BOT.token,
      appToken: BOT.appToken,
      signingSecret: null,
      channel: room.channel,
      apiUrl: room.apiUrl,
    },
  });
  const find = () => room.messages.find(({ ts }) => Object.keys(room.buttons(ts)).length > 0);
  await expect.poll(find, { timeout: 20_000 }).toBeDefined();
  const ts = find()?.ts ?? '';
  const value = room.buttons(ts).vigil_approve;
  const clicks = Array.from({ length: 10 }, () => room.click(ts, 'vigil_approve', {}, value));
  const calls = Array.from({ length: 90 }, (_, n) =>
    ruled(
      decide(vigil, action, {
        name: `n${n}`,
        via: ['api', 'cli', 'terminal'][n % 3],
        verdict: n % 2 === 0 ? 'approve' : 'reject',
      }),
    ),
  );
  const rulings = await Promise.all(calls);
  await Promise.all(clicks);
  const won = rulings.filter(({ allowed }) => allowed).length;
  expect(won).toBeLessThanOrEqual(1);
  for (const ruling of rulings) if (!ruling.allowed) expect(ruling.why).toBe('already_decided');
  const story = await settled(vigil, id, 'done', 'rejected');
  const state = story.actions[0]?.state;
  if (won === 0) expect(state).toMatchObject({ by: { via: 'slack' } });
  const made = branches(vigil).filter((ref) => ref.startsWith('refs/heads/'));
  expect(made).toHaveLength(state?.is === 'done' ? 1 : 0);
});

test('what was decided stays decided: the other way, again, and after a restart', { timeout: LIMIT_MS }, async () => {
  const { vigil, id, action } = await asked();
  expect(await ruled(decide(vigil, action, { verdict: 'reject', reason: 'no' }))).toEqual({ allowed: true });
  for (const verdict of ['approve', 'reject', 'approve']) {
    expect(await ruled(decide(vigil, action, { verdict }))).toEqual({ allowed: false, why: 'already_decided' });
  }
  await vigil.restart();
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: false, why: 'already_decided' });
  expect((await vigil.story(id)).actions[0]?.state).toMatchObject({ is: 'rejected', by: { name: 'ann' } });
  expect(branches(vigil)).toEqual([]);
});

test('too late is too late, also for the clock that says so first', { timeout: LIMIT_MS }, async () => {
  let ahead = 0;
  const { vigil, id, action } = await asked({ approvalMinutes: 15 }, { clock: () => Date.now() + ahead });
  ahead = 15 * 60_000 + 1_000;
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: false, why: 'expired' });
  await settled(vigil, id, 'expired');
  ahead = 0;
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: false, why: 'expired' });
  expect(branches(vigil)).toEqual([]);
});

test('a base that moved after the approval voids it', { timeout: LIMIT_MS }, async () => {
  const { vigil, id, action } = await asked();
  const forge = join(vigil.dataDir, 'forge', 'repository.git');
  const git = (...args: string[]) => execFileSync('git', ['-C', forge, ...args], { encoding: 'utf8' }).trim();
  const identity = ['-c', 'user.name=x', '-c', 'user.email=x@x'];
  const moved = git(...identity, 'commit-tree', `${action.plan.base}^{tree}`, '-p', action.plan.base, '-m', 'moved');
  git('update-ref', `refs/heads/${action.plan.base}`, moved);
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: true });
  await settled(vigil, id, 'void');
  expect(branches(vigil)).toEqual([]);
});

const tampering: [string, (action: Action) => object][] = [
  ['its diff', (action) => ({ ...action, plan: { ...action.plan, diff: `${action.plan.diff}+evil\n` } })],
  [
    'its files',
    (action) => ({ ...action, plan: { ...action.plan, files: [{ path: 'evil.sh', content: 'x', mode: '100755' }] } }),
  ],
  ['its branch', (action) => ({ ...action, plan: { ...action.plan, branch: action.plan.base } })],
  ['its base', (action) => ({ ...action, plan: { ...action.plan, baseSha: '0'.repeat(40) } })],
  ['its text', (action) => ({ ...action, plan: { ...action.plan, body: 'Approved by everybody.' } })],
];

test.each(tampering)(
  'a stored plan whose %s was changed behind the server is void',
  { timeout: LIMIT_MS },
  async (_, change) => {
    const { vigil, id, action } = await asked();
    await overwrite(vigil.dataDir, action.id, change(action));
    // The digest that the person saw is still the stored one.
    expect(await ruled(decide(vigil, action))).toEqual({ allowed: true });
    const story = await settled(vigil, id, 'void', 'done', 'failed');
    expect(story.actions[0]?.state).toMatchObject({ is: 'void', why: expect.stringContaining('digest') });
    expect(branches(vigil)).toEqual([]);
  },
);

test('a plan changed after the last check but before the pull request is void, too', {
  timeout: LIMIT_MS,
}, async () => {
  const { vigil, id, action } = await asked();
  await vigil.close().catch(() => undefined);
  const at = new Date().toISOString();
  const state = { is: 'executing', by: { id: 'ann', name: 'ann', via: 'api' }, at, startedAt: at };
  const files = [{ path: 'checkout/pool.ts', content: 'evil()\n', mode: '100644' }];
  await overwrite(vigil.dataDir, action.id, { ...action, plan: { ...action.plan, files }, state });
  await vigil.restart();
  const story = await settled(vigil, id, 'void', 'done', 'failed');
  expect(story.actions[0]?.state).toMatchObject({ is: 'void', why: expect.stringContaining('digest') });
  expect(branches(vigil)).toEqual([]);
});

test('a changed plan with a changed digest is not what the person saw', { timeout: LIMIT_MS }, async () => {
  const { vigil, id, action } = await asked();
  const plan = { ...action.plan, body: 'Another.' };
  await overwrite(vigil.dataDir, action.id, { ...action, plan, digest: digest(plan) });
  expect(await ruled(decide(vigil, action))).toEqual({ allowed: false, why: 'digest_mismatch' });
  await untouched(vigil, id);
});

/** As somebody would who can write the file of the database. */
async function overwrite(dataDir: string, id: string, action: object): Promise<void> {
  const state = (action as Action).state.is;
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(join(dataDir, 'vigil.db'));
    database.run('UPDATE actions SET body = ?, state = ? WHERE id = ?', [JSON.stringify(action), state, id], (error) =>
      database.close(() => (error === null ? resolve() : reject(error))),
    );
  });
}
