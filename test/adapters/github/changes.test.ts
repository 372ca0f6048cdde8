import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { githubChanges } from '../../../src/adapters/github/index.ts';
import type { Changes } from '../../../src/sre/ports/changes.ts';
import { FakeGithub, TOKEN } from '../../kit/fake-github.ts';
import type { Deployment } from '../../kit/fake-github-deliveries.ts';
import { gitWorkshop, type Workshop } from '../../kit/git-repository.ts';
import { stubApi } from '../../kit/stub-api.ts';

const signal = AbortSignal.timeout(300_000);
let shop: Workshop;
let [first, second, third] = ['', '', ''];
let github: FakeGithub;
let now: Date;
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const range = (minutes = 24 * 60) => ({ start: ago(minutes), end: ago(0) });
const all = (minutes?: number): Parameters<Changes['list']>[0] => ({
  ...{ range: range(minutes), service: null, kinds: [], limit: 50 },
});
const changes = (over: Partial<Parameters<typeof githubChanges>[0]> = {}) =>
  githubChanges({ token: TOKEN, repository: github.repository, baseUrl: github.url, now: () => now, ...over });

beforeAll(async () => {
  shop = await gitWorkshop();
  first = await shop.commit('The shop', { 'pool.js': 'take()\ngive()\n', 'logo.png': Buffer.from([0, 1, 2]) });
  second = await shop.commit('Keep connections\n\nfor longer', {
    'pool.js': 'take()\n',
    'logo.png': Buffer.from([0, 3]),
  });
  third = await shop.commit('More words', { 'README.md': 'shop\n' });
});
afterAll(() => shop.remove());
beforeEach(async () => {
  now = new Date(Date.now() + 60_000);
  github = await new FakeGithub(await shop.bare()).start();
});
afterEach(() => github.stop());

function deployed(
  id: number,
  sha: string,
  minutes: number,
  states: string[] = ['in_progress', 'success'],
  more: Partial<Deployment> = {},
) {
  github.delivered.deployments.push({
    ...{ id, sha, ref: 'main', environment: 'production', description: null, payload: {} },
    ...{ creator: { login: 'ann' }, created_at: ago(minutes) },
    ...more,
  });
  for (const [i, state] of states.entries())
    github.delivered.statuses.push({ deployment: id, state, created_at: ago(minutes - 1 - i) });
}
async function listed(query = all(), source = changes()) {
  const answer = await source.list(query, signal);
  if (answer.status !== 'ok') throw new Error(`${answer.why}: ${answer.detail}`);
  return answer;
}

describe('deployments', () => {
  test('are dated by their first sign of effect, newest first, with commit, person and what was merged', async () => {
    deployed(1, first, 300);
    deployed(2, second, 100);
    const { data, source, truncated } = await listed();
    expect({ source, truncated }).toEqual({ source: 'github acme/shop', truncated: false });
    expect(data).toMatchObject([
      {
        ...{ id: 'github:acme/shop:deployment:2', kind: 'deploy', service: null, time: ago(99), actor: 'ann' },
        ...{ ref: second, hasDiff: true, title: 'deploy of main to production: Keep connections' },
      },
      { id: 'github:acme/shop:deployment:1' },
    ]);
    expect(data[0]).not.toHaveProperty('basis');
  });

  test('that wait are not listed and counted, those that failed say so, those elsewhere do not count', async () => {
    deployed(1, first, 90, ['queued']);
    deployed(2, second, 80, ['in_progress', 'failure']);
    deployed(3, third, 70, ['success'], { environment: 'staging' });
    const { data, warnings } = await listed();
    expect(data.map(({ title }) => title)).toEqual(['deploy of main to production (failed): Keep connections']);
    expect(warnings.join(' ')).toContain('1 deployments of acme/shop wait');
  });

  test('name their service in the payload, else it is the one that was configured', async () => {
    deployed(1, first, 90, ['success'], { payload: '{"service":"cart"}' });
    deployed(2, second, 80);
    const { data } = await listed(all(), changes({ service: 'checkout' }));
    expect(data.map(({ service }) => service)).toEqual(['checkout', 'cart']);
    const asked = github.calls.length;
    expect((await listed({ ...all(), service: 'web' }, changes({ service: 'checkout' }))).data).toEqual([]);
    expect(github.calls.length).toBe(asked);
  });

  test('bring the diff since the last one that succeeded; what is no text is named', async () => {
    deployed(1, first, 300);
    deployed(2, third, 200, ['in_progress', 'failure']);
    deployed(3, second, 100);
    const answer = await changes().diff('github:acme/shop:deployment:3', signal);
    if (answer.status !== 'ok') throw new Error(answer.detail);
    expect(answer.data.diff).toContain('--- a/pool.js\n+++ b/pool.js\n@@ -1,2 +1 @@\n take()\n-give()\n');
    expect(answer.warnings.join(' ')).toContain('logo.png');
    expect(answer.data.change.ref).toBe(second);
  });

  test('that go back bring the lines back, and say so', async () => {
    deployed(1, second, 300);
    deployed(2, first, 100);
    const answer = await changes().diff('github:acme/shop:deployment:2', signal);
    expect(answer.status === 'ok' && answer.data.diff).toContain('@@ -1 +1,2 @@\n take()\n+give()\n');
    expect(answer.status === 'ok' && answer.warnings.join(' ')).toContain('this went back');
  });

  test('of the same commit again change nothing', async () => {
    deployed(1, second, 300);
    deployed(2, second, 100);
    const answer = await changes().diff('github:acme/shop:deployment:2', signal);
    expect(answer).toMatchObject({ status: 'ok', data: { diff: null } });
  });
});

describe('where nobody records deployments', () => {
  test('releases are listed, with the commit of their tag, and the diff since the one before', async () => {
    await github.git('tag', 'v1', first);
    await github.git('tag', 'v2', second);
    const release = (id: number, minutes: number, draft = false) =>
      github.delivered.releases.push({
        ...{ id, tag_name: `v${id}`, name: 'Faster', draft, author: { login: 'bo' } },
        published_at: draft ? null : ago(minutes),
      });
    release(1, 4000);
    release(2, 50);
    release(3, 0, true);
    const { data, warnings } = await listed();
    expect(data).toMatchObject([
      { id: 'github:acme/shop:release:2', title: 'release v2: Faster', ref: second, basis: 'released', time: ago(50) },
    ]);
    expect(warnings.join(' ')).toContain('records no deployments to production: these are its releases');
    const diff = await changes().diff('github:acme/shop:release:2', signal);
    expect(diff.status === 'ok' && diff.data.diff).toContain('-give()');
  });

  test('nor releases, commits are, and it is said that nobody knows when they went live', async () => {
    const { data, warnings } = await listed();
    expect(data).toHaveLength(3);
    expect(data.map(({ id }) => id)).toContain(`github:acme/shop:commit:${second}`);
    expect(data.every(({ basis, hasDiff }) => basis === 'released' && hasDiff)).toBe(true);
    expect(warnings.join(' ')).toContain('may have gone live later, or never');
    const diff = await changes().diff(second.slice(0, 9), signal);
    expect(diff).toMatchObject({ status: 'ok', data: { change: { ref: second, title: 'merged: Keep connections' } } });
  });

  test('an environment that is none by name is pointed out', async () => {
    deployed(1, first, 90, ['success'], { environment: 'blue' });
    expect((await listed()).warnings.join(' ')).toContain('name its environment');
    expect((await listed(all(), changes({ environment: 'blue' }))).data).toHaveLength(1);
  });
});

describe('could not look, and not: found nothing', () => {
  test('nothing in the time is an empty list', async () => {
    deployed(1, first, 2000);
    expect(await listed(all(60))).toMatchObject({ data: [], truncated: false });
  });

  test.each([
    ['a wrong token', { token: 'ghp_wrong' }, 'forbidden', 'GITHUB_TOKEN'],
    ['a repository that the token may not see', { repository: 'acme/other' }, 'forbidden', 'no such thing'],
    ['no way there', { baseUrl: 'http://127.0.0.1:9' }, 'unreachable', 'cannot be reached'],
  ])('%s', async (_what, over, why, words) => {
    const answer = await changes(over).list(all(), signal);
    expect(answer).toMatchObject({ status: 'unavailable', why });
    expect(answer.status === 'unavailable' && answer.detail).toContain(words);
    expect(JSON.stringify(answer)).not.toContain('ghp_');
  });

  test.each([
    ['a right that is missing', { status: 403, message: 'Resource not accessible' }, 'forbidden', 'Deployments, read'],
    ['trouble there', { status: 502 }, 'unreachable', '502'],
    [
      'a limit that is reached',
      { status: 403, message: 'API rate limit exceeded', headers: { 'x-ratelimit-reset': '1800000000' } },
      'rate_limited',
      'it ends at 2027-01-15T08:00:00.000Z',
    ],
    [
      'a limit of its own',
      { status: 429, message: 'secondary rate limit', headers: { 'retry-after': '60' } },
      'rate_limited',
      '60 s',
    ],
  ])('%s', async (_what, fault, why, words) => {
    github.fail('GET /deployments', { how: 'before', ...fault });
    const began = performance.now();
    const answer = await changes().list(all(), signal);
    expect(answer).toMatchObject({ status: 'unavailable', why });
    expect(answer.status === 'unavailable' && answer.detail).toContain(words);
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test.each([
    ['another form', { json: [{ id: 'x' }] }],
    ['a page', { text: '<html>', headers: { 'content-type': 'text/html' } }],
    ['half an answer', { text: '[{"id":1' }],
  ])('%s', async (_what, reply) => {
    await using server = await stubApi(() => reply);
    const answer = await changes({ baseUrl: server.url }).list(all(), signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'malformed' });
  });

  test('silence ends in time', async () => {
    await using silent = await stubApi(() => () => {});
    const answer = await changes({ baseUrl: silent.url, timeoutMs: 200 }).list(all(), signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'timeout', source: 'github acme/shop' });
    await expect(changes({ baseUrl: silent.url }).list(all(), AbortSignal.timeout(100))).rejects.toThrow(/timeout/i);
  });

  test.each(['chg-1', 'github:other/shop:commit:abcdef1', 'github:acme/shop:deployment:77'])(
    'an id that is not its own (%s) is a question to put otherwise',
    async (id) => {
      expect(await changes().diff(id, signal)).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    },
  );
});
