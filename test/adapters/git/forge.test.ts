import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gitForge } from '../../../src/adapters/git/index.ts';
import type { PullRequestPlan } from '../../../src/sre/action.ts';
import type { Prepared } from '../../../src/sre/ports/forge.ts';
import { gitIn, gitWorkshop, type Workshop } from '../../kit/git-repository.ts';

const signal = AbortSignal.timeout(60_000);
const pool = (close: string) =>
  `export function query(sql) {\n  const c = take();\n  try {\n    return c.run(sql);\n  } finally {\n    ${close};\n  }\n}\n`;

let shop: Workshop;
let bundle: string;
let leak: string;
let head: string;
let merge: string;
beforeAll(async () => {
  shop = await gitWorkshop();
  await shop.commit('The shop', { 'src/pool.js': pool('c.release()'), 'README.md': 'shop\n', 'run.sh': 'echo hi\n' });
  leak = await shop.commit('Reuse connections', { 'src/pool.js': pool('keep(c)'), 'src/new.js': 'export {}\n' });
  await gitIn(shop.folder, 'checkout', '-q', '-b', 'side');
  await shop.commit('Side work', { 'side.txt': 'side\n' });
  await gitIn(shop.folder, 'checkout', '-q', 'main');
  await gitIn(shop.folder, 'merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
  merge = await gitIn(shop.folder, 'rev-parse', 'HEAD');
  head = await shop.commit('Words', { 'README.md': 'shop, with words\n' });
  bundle = await shop.bundle();
});
afterAll(() => shop.remove());

let data: string;
let repository: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'vigil-forge-'));
  repository = join(data, 'shop.git');
});
afterEach(() => rm(data, { recursive: true, force: true }));

const lookup = async (id: string) => (id === 'chg-leak' ? leak : null);
const forge = () => gitForge({ repository, seedBundle: bundle, changes: lookup });

function planOf(prepared: Prepared, changes: Partial<PullRequestPlan> = {}): PullRequestPlan {
  if (!prepared.ok) throw new Error(`${prepared.why}: ${prepared.detail}`);
  const { ok: _ok, ...made } = prepared;
  return {
    type: 'open_pull_request',
    ...made,
    branch: 'vigil/inc_1/abcd1234',
    title: 'Revert "Reuse connections"',
    body: 'Connections are never returned.\n\nEvidence: E1',
    ...changes,
  };
}
const pulls = () => gitIn(repository, 'for-each-ref', '--format=%(refname)', 'refs/pull/');
const branches = () => gitIn(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/');

describe('preparing', () => {
  test('a revert by change id gives the inverse diff against the newest base and the whole new files', async () => {
    const prepared = await forge().prepare({ revert: 'chg-leak' }, signal);
    expect(prepared).toMatchObject({ ok: true, repository: 'shop', base: 'main', baseSha: head });
    if (!prepared.ok) return;
    expect(prepared.files).toEqual([
      { path: 'src/new.js', content: null, mode: '100644' },
      { path: 'src/pool.js', content: pool('c.release()'), mode: '100644' },
    ]);
    expect(prepared.diff).toContain('-    keep(c);\n+    c.release();\n');
  });

  test('writes no object and no ref into the repository', async () => {
    const prepare = () =>
      forge().prepare({ patch: '--- /dev/null\n+++ b/x.txt\n@@ -0,0 +1 @@\n+unique words\n' }, signal);
    await prepare();
    const before = [await gitIn(repository, 'count-objects', '-v'), await branches()];
    expect((await prepare()).ok).toBe(true);
    expect([await gitIn(repository, 'count-objects', '-v'), await branches()]).toEqual(before);
  });

  test('a commit id, also shortened, is as good as a change id', async () => {
    expect((await forge().prepare({ revert: leak }, signal)).ok).toBe(true);
    expect((await forge().prepare({ revert: leak.slice(0, 9) }, signal)).ok).toBe(true);
  });

  test('a merge is undone against the branch it was merged into', async () => {
    const prepared = await forge().prepare({ revert: merge }, signal);
    expect(planOf(prepared).files).toEqual([{ path: 'side.txt', content: null, mode: '100644' }]);
  });

  test.each([['chg-unknown'], ['0'.repeat(40)], ['HEAD'], ['--all'], ['main^{/x}']])(
    '%s is not a commit anybody knows',
    async (revert) => {
      expect(await forge().prepare({ revert }, signal)).toMatchObject({ ok: false, why: 'unknown_commit' });
    },
  );

  test('a patch that fits is applied, wrong line counts and a missing last newline forgiven', async () => {
    const patch = '--- a/README.md\n+++ b/README.md\n@@ -1,9 +1,9 @@\n-shop, with words\n+shop, repaired';
    const prepared = await forge().prepare({ patch }, signal);
    expect(planOf(prepared).files).toEqual([{ path: 'README.md', content: 'shop, repaired\n', mode: '100644' }]);
  });

  test('a patch that does not fit is a conflict that says where', async () => {
    const patch = '--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-something else\n+new\n';
    const prepared = await forge().prepare({ patch }, signal);
    expect(prepared).toMatchObject({ ok: false, why: 'conflict' });
    expect(JSON.stringify(prepared)).toContain('README.md');
  });

  test('a revert over later changes of the same lines is a conflict', async () => {
    await forge().prepare({ revert: leak }, signal);
    const later = await gitWorkshop();
    await gitIn(later.folder, 'pull', '-q', repository, 'main');
    await later.commit('Same lines again', { 'src/pool.js': pool('throwAway(c)') });
    await gitIn(later.folder, 'push', '-q', repository, 'HEAD:main');
    expect(await forge().prepare({ revert: leak }, signal)).toMatchObject({ ok: false, why: 'conflict' });
    await later.remove();
  });

  test.each([
    ['.github/workflows/ci.yml', 'refused_path'],
    ['.github/CODEOWNERS', 'refused_path'],
    ['deploy/.env', 'refused_path'],
    ['k8s/db-secrets.yaml', 'refused_path'],
    ['../outside', 'refused_path'],
    ['/etc/passwd', 'refused_path'],
    ['.git/config', 'refused_path'],
    ['.gitmodules', 'refused_path'],
  ])('a patch to %s is refused', async (path, why) => {
    const patch = `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
    expect(await forge().prepare({ patch }, signal)).toMatchObject({ ok: false, why });
  });

  test('symbolic links and submodules are refused', async () => {
    const link =
      'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+README.md\n\\ No newline at end of file\n';
    expect(await forge().prepare({ patch: link }, signal)).toMatchObject({ ok: false, why: 'refused_path' });
    const module = `diff --git a/m b/m\nnew file mode 160000\n--- /dev/null\n+++ b/m\n@@ -0,0 +1 @@\n+Subproject commit ${head}\n`;
    expect(await forge().prepare({ patch: module }, signal)).toMatchObject({ ok: false, why: 'refused_path' });
  });

  test('more than twenty files, or more than a mebibyte, is too large for a reviewer', async () => {
    const many = Array.from({ length: 21 }, (_, i) => `--- /dev/null\n+++ b/f${i}\n@@ -0,0 +1 @@\n+x\n`).join('');
    expect(await forge().prepare({ patch: many }, signal)).toMatchObject({ ok: false, why: 'too_large' });
    const huge = `--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+${'x'.repeat(1024 * 1024)}\n`;
    expect(await forge().prepare({ patch: huge }, signal)).toMatchObject({ ok: false, why: 'too_large' });
  });

  test('a change that is already undone is empty', async () => {
    const made = await forge().prepare({ revert: leak }, signal);
    await forge().open(planOf(made), signal);
    await gitIn(repository, 'update-ref', 'refs/heads/main', 'refs/heads/vigil/inc_1/abcd1234');
    expect(await forge().prepare({ revert: leak }, signal)).toMatchObject({ ok: false, why: 'empty' });
  });

  test('without a bundle the repository is made, and says that it is empty', async () => {
    const empty = gitForge({ repository });
    expect(await empty.prepare({ revert: leak }, signal)).toMatchObject({ ok: false, why: 'no_repository' });
    expect(await readdir(data)).toEqual(['shop.git']);
  });

  test('a bundle that is not there is a clear refusal, and nothing is left behind', async () => {
    const broken = gitForge({ repository, seedBundle: join(data, 'gone.bundle') });
    expect(await broken.prepare({ revert: leak }, signal)).toMatchObject({ ok: false, why: 'unreachable' });
    expect(await readdir(data)).toEqual([]);
  });
});

describe('opening', () => {
  test('makes one branch with one commit whose message is the plan, and one pull request', async () => {
    const plan = planOf(await forge().prepare({ revert: 'chg-leak' }, signal));
    const opened = await forge().open(plan, signal);
    expect(opened).toEqual({
      ok: true,
      url: `file://${repository}#${plan.branch}`,
      number: 1,
      branch: plan.branch,
      already: false,
    });
    expect(await gitIn(repository, 'log', '-1', '--format=%an <%ae>%n%P%n%B', plan.branch)).toBe(
      `Vigil <vigil@localhost>\n${head}\n${plan.title}\n\n${plan.body}`,
    );
    expect(await gitIn(repository, 'diff', '--full-index', 'main', plan.branch)).toBe(plan.diff.trim());
    expect(await gitIn(repository, 'rev-parse', 'main')).toBe(head);
  });

  test('a second run finds what the first one did', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    await forge().open(plan, signal);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1, already: true });
    expect(await pulls()).toBe('refs/pull/1/head');
  });

  test('ten at once end with one branch and one pull request', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    const all = await Promise.all(Array.from({ length: 10 }, () => forge().open(plan, signal)));
    expect(all.map((one) => (one.ok ? one.number : one))).toEqual(Array(10).fill(1));
    expect(await pulls()).toBe('refs/pull/1/head');
  });

  test('a crash between branch and pull request is finished by the next run, even when the base moved since', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    await forge().open(plan, signal);
    await gitIn(repository, 'update-ref', '-d', 'refs/pull/1/head');
    await gitIn(repository, 'update-ref', 'refs/heads/main', merge);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true, number: 1, already: true });
    expect(await pulls()).toBe('refs/pull/1/head');
  });

  test('a base that moved refuses, and leaves nothing', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    await gitIn(repository, 'update-ref', 'refs/heads/main', merge);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'base_moved' });
    expect(await branches()).toBe('main');
    expect(await pulls()).toBe('');
  });

  test('files that do not give the approved diff are refused', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    const files = plan.files.map((file) => ({ ...file, content: file.content && `${file.content}// and more\n` }));
    expect(await forge().open({ ...plan, files }, signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(await branches()).toBe('main');
  });

  test.each([
    [{ branch: 'main' }],
    [{ branch: 'vigil/..' }],
    [{ branch: '-x' }],
    [{ branch: 'a b\ncreate refs/heads/evil' }],
    [{ repository: 'other' }],
    [{ baseSha: 'f'.repeat(40) }],
    [{ files: [{ path: '.github/workflows/ci.yml', content: 'x', mode: '100644' as const }] }],
  ])('a plan with %j is refused', async (wrong) => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal), wrong);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(await branches()).toBe('main');
  });

  test('a branch that holds something else is never overwritten', async () => {
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    await gitIn(repository, 'update-ref', `refs/heads/${plan.branch}`, leak);
    expect(await forge().open(plan, signal)).toMatchObject({ ok: false, why: 'rejected' });
    expect(await gitIn(repository, 'rev-parse', plan.branch)).toBe(leak);
  });

  test('hooks in the repository do not run', async () => {
    await forge().prepare({ revert: leak }, signal);
    await mkdir(join(repository, 'hooks'));
    await writeFile(join(repository, 'hooks', 'reference-transaction'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const plan = planOf(await forge().prepare({ revert: leak }, signal));
    expect(await forge().open(plan, signal)).toMatchObject({ ok: true });
  });
});
