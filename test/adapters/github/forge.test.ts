import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type GithubForgeOptions, githubForge } from '../../../src/adapters/github/index.ts';
import type { PullRequestPlan } from '../../../src/sre/action.ts';
import type { Prepared } from '../../../src/sre/ports/forge.ts';
import { FakeGithub, type GithubFault, TOKEN } from '../../kit/fake-github.ts';
import { gitWorkshop, type Workshop } from '../../kit/git-repository.ts';

const signal = AbortSignal.timeout(300_000);
const lines = (middle: string) => `${Array.from({ length: 12 }, (_, i) => `line ${i}`).join('\n')}\n${middle}\nend\n`;

let shop: Workshop;
let leak: string;
let head: string;
beforeAll(async () => {
  shop = await gitWorkshop();
  await shop.commit('The shop', {
    'src/pool.js': lines('c.release()'),
    'README.md': 'shop\n',
    'bin/run.sh': 'echo hi\n',
  });
  leak = await shop.commit('Reuse connections', { 'src/pool.js': lines('keep(c)'), 'src/new.js': 'export {}\n' });
  head = await shop.commit('A line above', { 'src/pool.js': `top\n${lines('keep(c)')}` });
});
afterAll(() => shop.remove());

let github: FakeGithub;
beforeEach(async () => {
  github = await new FakeGithub(await shop.bare()).start();
});
afterEach(() => github.stop());

const forge = (over: Partial<GithubForgeOptions> = {}) =>
  githubForge({
    token: TOKEN,
    repository: github.repository,
    baseUrl: github.url,
    patient: false,
    changes: async (id) => (id === 'chg-leak' ? leak : null),
    ...over,
  });

function planOf(prepared: Prepared, changes: Partial<PullRequestPlan> = {}): PullRequestPlan {
  if (!prepared.ok) throw new Error(`${prepared.why}: ${prepared.detail}`);
  const { ok: _ok, ...made } = prepared;
  return {
    type: 'open_pull_request',
    ...made,
    branch: 'vigil/inc_1/abcd1234',
    title: 'Revert the leak',
    body: 'Evidence: E1',
    ...changes,
  };
}
const prepared = (over: Partial<PullRequestPlan> = {}) =>
  forge()
    .prepare({ revert: 'chg-leak' }, signal)
    .then((made) => planOf(made, over));

describe('preparing', () => {
  test('a revert is put on the newest base, later changes kept, and writes nothing', async () => {
    const plan = await prepared();
    expect(plan).toMatchObject({ repository: 'acme/shop', base: 'main', baseSha: head });
    expect(plan.files).toEqual([
      { path: 'src/new.js', content: null, mode: '100644' },
      { path: 'src/pool.js', content: `top\n${lines('c.release()')}`, mode: '100644' },
    ]);
    expect(plan.diff).toContain('-keep(c)\n+c.release()\n');
    expect(github.calls.every(({ route }) => route.startsWith('GET '))).toBe(true);
  });

  test("the diff is one that git itself applies, giving the plan's files", async () => {
    const plan = await prepared();
    const check = await gitWorkshop();
    await check.commit('base', {
      'src/pool.js': `top\n${lines('keep(c)')}`,
      'src/new.js': 'export {}\n',
      'x.diff': plan.diff,
    });
    const { gitIn } = await import('../../kit/git-repository.ts');
    await gitIn(check.folder, 'apply', '--index', 'x.diff');
    expect(await gitIn(check.folder, 'show', ':src/pool.js')).toBe(`top\n${lines('c.release()')}`.trim());
    expect(await gitIn(check.folder, 'ls-files', 'src')).toBe('src/pool.js');
    await check.remove();
  });

  test('lines changed again since are a conflict', async () => {
    await shop.commit('Other words', { 'src/pool.js': `top\n${lines('throwAway(c)')}` });
    const later = await new FakeGithub(await shop.bare()).start();
    expect(await forge({ baseUrl: later.url }).prepare({ revert: leak }, signal)).toMatchObject({
      ok: false,
      why: 'conflict',
    });
    await later.stop();
    await shop.commit('Back', { 'src/pool.js': `top\n${lines('keep(c)')}` });
  });

  test.each(['chg-other', '0'.repeat(40), 'main', '--all'])('%s is no commit anybody knows', async (revert) => {
    expect(await forge().prepare({ revert }, signal)).toMatchObject({ ok: false, why: 'unknown_commit' });
  });

  test('patches: a new file, a deletion, an edit with wrong counts', async () => {
    const patch = [
      '--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1 @@\n+hello',
      '--- a/src/new.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-export {}',
      '--- a/README.md\n+++ b/README.md\n@@ -1,7 +1,9 @@\n-shop\n+shop!',
    ].join('\n');
    expect(planOf(await forge().prepare({ patch }, signal)).files).toEqual([
      { path: 'README.md', content: 'shop!\n', mode: '100644' },
      { path: 'new.txt', content: 'hello\n', mode: '100644' },
      { path: 'src/new.js', content: null, mode: '100644' },
    ]);
  });

  test.each([
    ['--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-other\n+x\n', 'conflict'],
    ['--- a/none.md\n+++ b/none.md\n@@ -1 +1 @@\n-other\n+x\n', 'conflict'],
    ['please revert it', 'conflict'],
    ['', 'conflict'],
    ['--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-shop\n+shop\n', 'empty'],
    ['--- /dev/null\n+++ b/.github/workflows/x.yml\n@@ -0,0 +1 @@\n+x\n', 'refused_path'],
    ['--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n', 'refused_path'],
    ['diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n', 'refused_path'],
    [Array.from({ length: 21 }, (_, i) => `--- /dev/null\n+++ b/f${i}\n@@ -0,0 +1 @@\n+x\n`).join(''), 'too_large'],
    [`--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+${'x'.repeat(1024 * 1024)}\n`, 'too_large'],
  ])('a patch that cannot be is refused (%#)', async (patch, why) => {
    expect(await forge().prepare({ patch }, signal)).toMatchObject({ ok: false, why });
  });

  test('a wrong token, a wrong repository and an outage each say what to do', async () => {
    const wrong = await forge({ token: 'ghp_old' }).prepare({ revert: leak }, signal);
    expect(wrong).toMatchObject({ ok: false, why: 'unreachable', detail: expect.stringContaining('GITHUB_TOKEN') });
    const other = await forge({ repository: 'acme/none' }).prepare({ revert: leak }, signal);
    expect(other).toMatchObject({
      ok: false,
      why: 'no_repository',
      detail: expect.stringContaining('GITHUB_REPOSITORY'),
    });
    const down = await forge({ baseUrl: 'http://127.0.0.1:9' }).prepare({ revert: leak }, signal);
    expect(down).toMatchObject({ ok: false, why: 'unreachable', detail: expect.stringContaining('cannot be reached') });
    expect(await forge({ base: 'none' }).prepare({ revert: leak }, signal)).toMatchObject({
      ok: false,
      why: 'no_repository',
    });
  });
});

/** Exactly one branch with exactly the plan, and one draft pull request. */
async function expectOnce(plan: PullRequestPlan): Promise<void> {
  expect(await github.branches()).toBe(`main\n${plan.branch}`);
  expect(await github.git('log', '--format=%P %s', '-1', plan.branch)).toBe(`${plan.baseSha} ${plan.title}`);
  expect(await github.git('show', `${plan.branch}:src/pool.js`)).toBe(plan.files[1]?.content?.trim());
  expect(await github.git('diff', '--name-only', plan.baseSha, plan.branch)).toBe('src/new.js\nsrc/pool.js');
  expect(github.pulls).toHaveLength(1);
  expect(github.pulls[0]).toMatchObject({
    draft: true,
    title: plan.title,
    base: 'main',
    head: plan.branch,
    labels: ['vigil', 'incident'],
  });
  expect(github.pulls[0]?.body).toMatch(/^Evidence: E1\n\n<!-- vigil: branch=/);
}

describe('opening', () => {
  test('makes one branch, one commit, one labelled draft pull request', async () => {
    const plan = await prepared();
    expect(await forge().open(plan, signal)).toEqual({
      ok: true,
      url: 'https://github.example/acme/shop/pull/1',
      number: 1,
      branch: plan.branch,
      already: false,
    });
    await expectOnce(plan);
    expect(await github.git('rev-parse', 'main')).toBe(plan.baseSha);
  });

  test('a second run finds what the first one did, also when people closed the pull request', async () => {
    const plan = await prepared();
    await forge().open(plan, signal);
    const pull = github.pulls[0];
    if (pull !== undefined) pull.state = 'closed';
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1, already: true });
    await expectOnce(plan);
  });

  const faults: [string, string, GithubFault][] = ['POST /git/refs', 'POST /graphql', 'POST /pulls'].flatMap(
    (route) => [
      [route, 'a server error before it', { how: 'before', status: 502 }] as [string, string, GithubFault],
      [route, 'a server error after it', { how: 'after', status: 502 }] as [string, string, GithubFault],
      [route, 'a lost connection after it', { how: 'drop' }] as [string, string, GithubFault],
    ],
  );
  test.each(faults)('%s with %s still ends with one of each', async (route, _what, fault) => {
    const plan = await prepared();
    github.fail(route, fault);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1 });
    await expectOnce(plan);
  });

  test.each(['POST /git/refs', 'POST /graphql', 'POST /pulls'])(
    'a crash after %s is finished by the next run',
    async (route) => {
      const plan = await prepared();
      const crash = new AbortController();
      github.fail(route, { how: 'hang', happened: () => crash.abort() });
      expect(await forge().open(plan, crash.signal)).toMatchObject({ ok: false });
      expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1 });
      await expectOnce(plan);
    },
  );

  test('with the client’s own patience on, creates are not repeated and a secondary limit is waited out', async () => {
    const plan = await prepared();
    const limited = {
      how: 'before',
      status: 403,
      message: 'You have exceeded a secondary rate limit',
      headers: { 'retry-after': '1' },
    } as const;
    github.fail('POST /git/refs', limited);
    github.fail('POST /pulls', { how: 'after', status: 502 });
    expect(await forge({ patient: true }).open(plan, signal)).toMatchObject({ ok: true, number: 1 });
    expect(github.count('POST /git/refs')).toBe(2);
    expect(github.count('POST /pulls')).toBe(1);
    await expectOnce(plan);
  }, 40_000);

  test('a base that moved refuses and leaves nothing', async () => {
    const plan = await prepared();
    await github.git('update-ref', 'refs/heads/main', leak);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'base_moved' });
    expect(await github.branches()).toBe('main');
  });

  test('a branch that holds something else is never touched', async () => {
    const plan = await prepared();
    await github.git('update-ref', `refs/heads/${plan.branch}`, leak);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(await github.git('rev-parse', plan.branch)).toBe(leak);
    expect(github.pulls).toEqual([]);
  });

  test.each<[string, Partial<PullRequestPlan>]>([
    ['another diff', { diff: 'diff --git a/x b/x\n' }],
    ['more in a file', { files: [{ path: 'src/pool.js', content: 'everything else\n', mode: '100644' }] }],
    ['the base as branch', { branch: 'main' }],
    ['a branch of somebody', { branch: 'feature/x' }],
    ['a branch that climbs', { branch: 'vigil/../main' }],
    ['another repository', { repository: 'acme/other' }],
    ['a guarded path', { files: [{ path: '.github/workflows/x.yml', content: 'x', mode: '100644' }] }],
    ['an unclear base', { baseSha: 'main' }],
  ])('a plan with %s is refused before anything is written', async (_what, wrong) => {
    expect(await forge().open(await prepared(wrong), signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(github.calls.every(({ route }) => route.startsWith('GET '))).toBe(true);
  });

  test.each<[GithubFault, string, RegExp]>([
    [
      { how: 'before', status: 403, message: 'Resource not accessible by personal access token' },
      'rejected',
      /Contents and Pull requests/,
    ],
    [{ how: 'before', status: 404, message: 'Not Found' }, 'rejected', /GITHUB_REPOSITORY/],
    [
      { how: 'before', status: 422, message: 'Draft pull requests are not supported in this repository.' },
      'rejected',
      /no draft/,
    ],
    [{ how: 'before', status: 401, message: 'Bad credentials' }, 'unreachable', /GITHUB_TOKEN/],
    [{ how: 'before', status: 429, message: 'rate limit' }, 'unreachable', /rate limit/],
  ])('%j on the pull request is a value that says what to do', async (fault, why, words) => {
    github.fail('POST /pulls', fault);
    const opened = await forge().open(await prepared(), signal);
    expect(opened).toMatchObject({ ok: false, why, detail: expect.stringMatching(words) });
  });

  test('a branch that moves between look and commit is looked at again, and then refused', async () => {
    const plan = await prepared();
    const act = () => github.git('update-ref', `refs/heads/${plan.branch}`, leak);
    github.fail('POST /graphql', { how: 'meanwhile', act });
    const opened = await forge().open(plan, signal);
    expect(opened).toMatchObject({ ok: false, why: 'rejected', detail: expect.stringContaining('other content') });
    expect(await github.git('rev-parse', plan.branch)).toBe(leak);
  });

  test('a refusal by GraphQL is not taken for an outage', async () => {
    const plan = await prepared();
    const act = () => github.git('update-ref', '-d', `refs/heads/${plan.branch}`);
    github.fail('POST /graphql', { how: 'meanwhile', act });
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(github.count('POST /graphql')).toBe(1);
  });

  test('an outage that lasts is unreachable, and the next run finishes', async () => {
    const plan = await prepared();
    github.fail('POST /graphql', ...Array.from({ length: 6 }, () => ({ how: 'before', status: 503 }) as const));
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'unreachable' });
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1 });
    await expectOnce(plan);
  });
});
