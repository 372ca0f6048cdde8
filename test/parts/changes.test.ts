import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqliteChangeLog } from '../../src/adapters/sqlite/index.ts';
import { type ChangeSources, NO_CHANGE_SOURCES } from '../../src/config.ts';
import { liveChanges } from '../../src/parts/changes.ts';
import { FakeGithub, TOKEN } from '../kit/fake-github.ts';
import { gitWorkshop, type Workshop } from '../kit/git-repository.ts';
import { stubApi } from '../kit/stub-api.ts';

const signal = new AbortController().signal;
const now = new Date();
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const all = { range: { start: ago(600), end: ago(0) }, service: null, kinds: [], limit: 50 };
let shop: Workshop;
let [first, second] = ['', ''];
let github: FakeGithub;
beforeAll(async () => {
  shop = await gitWorkshop();
  first = await shop.commit('The shop', { 'pool.js': 'give()\n' });
  second = await shop.commit('Keep connections', { 'pool.js': '' });
  github = await new FakeGithub(await shop.bare()).start();
  const deployment = { ref: 'main', environment: 'production', description: null, payload: {}, creator: null };
  github.delivered.deployments.push(
    { ...deployment, id: 1, sha: first, created_at: ago(500) },
    { ...deployment, id: 2, sha: second, created_at: ago(33) },
  );
});
afterAll(() => Promise.all([github.stop(), shop.remove()]));

test('a commit that GitHub deployed and Argo CD synced is one change, beside what was reported', async () => {
  const history = [{ id: 9, revision: second, deployedAt: ago(30), source: { repoURL: 'r' } }];
  const items = [{ metadata: { name: 'cart' }, spec: {}, status: { history } }];
  await using argocd = await stubApi(({ path }) =>
    path.startsWith('/api/v1/applications?') ? { json: { items } } : undefined,
  );
  const folder = await mkdtemp(join(tmpdir(), 'vigil-changes-'));
  const log = await sqliteChangeLog(join(folder, 'changes.db'));
  const flag = {
    id: 'flag-1',
    kind: 'flag' as const,
    service: 'cart',
    time: ago(20),
    actor: 'bo',
    title: 'on',
    ref: null,
  };
  await log.record(flag, null);
  const config: ChangeSources = {
    ...NO_CHANGE_SOURCES,
    github: {
      token: TOKEN,
      apiUrl: github.url,
      repositories: [{ name: 'acme/shop', service: null, environment: null }],
    },
    argocd: { name: null, url: argocd.url, token: 't', tenant: null, serviceLabels: null },
  };
  const changes = await liveChanges(config, log, () => now);
  const listed = await changes?.list(all, signal);
  expect(listed).toMatchObject({
    status: 'ok',
    data: [
      { id: 'flag-1' },
      {
        ...{ id: 'github:acme/shop:deployment:2', service: 'cart', time: ago(33), ref: second, hasDiff: true },
        reports: [{ source: 'github acme/shop' }, { source: `argocd ${argocd.url}`, id: 'argocd:cart:9' }],
      },
      { id: 'github:acme/shop:deployment:1' },
    ],
    looks: [
      { source: 'github acme/shop', found: 2 },
      { source: `argocd ${argocd.url}`, found: 1 },
      { source: 'reported changes', found: 1 },
    ],
  });
  expect(await changes?.diff('argocd:cart:9', signal)).toMatchObject({
    data: { diff: expect.stringContaining('-give()') },
  });
  expect(await changes?.diff('flag-1', signal)).toMatchObject({ data: { change: { kind: 'flag' }, diff: null } });
  await log.close();
  await rm(folder, { recursive: true });
});

test('nothing configured is no source of its own', async () => {
  expect(await liveChanges(NO_CHANGE_SOURCES, null, () => now)).toBeNull();
});
