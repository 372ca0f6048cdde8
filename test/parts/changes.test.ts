import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sqliteChangeLog } from '../../src/adapters/sqlite/index.ts';
import { type ChangeSources, NO_CHANGE_SOURCES } from '../../src/config.ts';
import { liveChanges } from '../../src/parts/changes.ts';
import { FakeGithub, TOKEN } from '../kit/fake-github.ts';
import { fakeKubernetes, TOKEN as KUBERNETES_TOKEN } from '../kit/fake-kubernetes.ts';
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
    argocd: [{ name: null, url: argocd.url, token: 't', tenant: null, serviceLabels: null }],
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

test('several clusters are asked as one: each deploy is its own, with an id of its own, and the one that is away is named', async () => {
  const argo = (minutes: number) => {
    const history = [{ id: 9, revision: second, deployedAt: ago(minutes), source: { repoURL: 'r' } }];
    const items = [{ metadata: { name: 'cart' }, spec: {}, status: { history } }];
    return stubApi(({ path }) => (path.startsWith('/api/v1/applications?') ? { json: { items } } : undefined));
  };
  await using eu = await argo(30);
  await using us = await argo(10);
  await using cluster = await fakeKubernetes();
  const sets = [{ numbers: [1], revision: { at: ago(400), image: 'r/mail:1' } }];
  cluster.kept.push({ name: 'mail', namespace: 'shop', labels: {}, sets, progressing: ago(400) });
  await using away = await stubApi(() => ({ status: 403, json: {} }));
  const rest = { token: null, tenant: null, serviceLabels: null };
  const place = { ...rest, namespaces: [], tokenFile: null };
  const config: ChangeSources = {
    ...NO_CHANGE_SOURCES,
    argocd: [
      { ...rest, name: 'eu', url: eu.url },
      { ...rest, name: 'us', url: us.url },
    ],
    kubernetes: [
      { ...place, name: 'eu', url: cluster.url, token: KUBERNETES_TOKEN },
      { ...place, name: 'us', url: away.url },
    ],
  };
  const changes = await liveChanges(config, null, () => now);
  expect(await changes?.list(all, signal)).toMatchObject({
    status: 'ok',
    data: [
      { id: 'argocd/us:cart:9', time: ago(10) },
      { id: 'argocd/eu:cart:9', time: ago(30) },
      { id: 'kubernetes/eu:shop/mail:1' },
    ],
    warnings: [expect.stringMatching(/^kubernetes us http\S+ could not be asked \(forbidden\)/)],
    looks: [{ found: 1 }, { found: 1 }, { found: 1 }, { status: 'unavailable', why: 'forbidden' }],
  });
  const asked = eu.asked.length;
  expect(await changes?.diff('argocd/us:cart:9', signal)).toMatchObject({ data: { change: { time: ago(10) } } });
  expect(eu.asked).toHaveLength(asked);
  expect(await changes?.diff('kubernetes/eu:shop/mail:1', signal)).toMatchObject({
    source: `kubernetes eu ${cluster.url}`,
  });
  // What it may hold it cannot be said not to be there.
  expect(await changes?.diff('kubernetes/us:shop/mail:1', signal)).toMatchObject({
    status: 'unavailable',
    why: 'forbidden',
  });
});

test('nothing configured is no source of its own', async () => {
  expect(await liveChanges(NO_CHANGE_SOURCES, null, () => now)).toBeNull();
});
