import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type KubernetesOptions, kubernetesChanges } from '../../../src/adapters/kubernetes/index.ts';
import type { Changes } from '../../../src/sre/ports/changes.ts';
import { type FakeKubernetes, fakeKubernetes, type Revision, TOKEN } from '../../kit/fake-kubernetes.ts';
import { stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const range = { start: '2026-05-06T00:00:00.000Z', end: '2026-05-06T14:00:00.000Z' };
const all: Parameters<Changes['list']>[0] = { range, service: null, kinds: [], limit: 50 };
const signal = new AbortController().signal;
const COMMIT = 'c0ffee1234567890c0ffee1234567890c0ffee12';
const at = (time: string) => `2026-05-06T${time}:00Z`;
const changes = (url: string, over: Partial<KubernetesOptions> = {}) =>
  kubernetesChanges({ url, token: TOKEN, now: () => NOW, ...over });

function keep(cluster: FakeKubernetes, name: string, revisions: (Revision & { numbers?: number[] })[], more = {}) {
  const sets = revisions.map(({ numbers, ...revision }, i) => ({ numbers: numbers ?? [i + 1], revision }));
  cluster.kept.push({ name, namespace: 'shop', labels: {}, sets, progressing: at('13:55'), ...more });
}
async function listed(source: ReturnType<typeof changes>, query = all) {
  const answer = await source.list(query, signal);
  if (answer.status !== 'ok') throw new Error(`${answer.why}: ${answer.detail}`);
  return answer;
}
async function diffOf(source: ReturnType<typeof changes>, id: string): Promise<string | null> {
  const answer = await source.diff(id, signal);
  if (answer.status !== 'ok') throw new Error(`${answer.why}: ${answer.detail}`);
  return answer.data.diff;
}

describe('rollouts of a cluster', () => {
  it('are deploys when another image runs, and configuration when only its settings differ', async () => {
    await using cluster = await fakeKubernetes();
    keep(
      cluster,
      'cart-v1',
      [
        { at: at('08:00'), image: 'acme/cart:1.0' },
        { at: at('12:00'), image: `acme/cart:sha-${COMMIT}` },
        { at: at('13:30'), image: `acme/cart:sha-${COMMIT}`, env: { POOL_SIZE: '4' } },
      ],
      { labels: { 'app.kubernetes.io/name': 'cart' } },
    );
    const { data, source, warnings } = await listed(changes(cluster.url));
    expect({ source, warnings }).toEqual({ source: `kubernetes ${cluster.url}`, warnings: [] });
    expect(data).toMatchObject([
      {
        ...{ id: 'kubernetes:shop/cart-v1:3', kind: 'config', service: 'cart', time: '2026-05-06T13:30:00.000Z' },
        ...{
          title: 'cart-v1 revision 3: containers.main.env.POOL_SIZE',
          basis: 'rollout',
        },
      },
      {
        kind: 'deploy',
        ref: COMMIT,
        title: `cart-v1 revision 2: acme/cart:1.0 → acme/cart:sha-${COMMIT}`,
        hasDiff: true,
      },
      { title: 'cart-v1 revision 1: acme/cart:1.0', ref: null, hasDiff: true },
    ]);
    expect((await listed(changes(cluster.url), { ...all, service: 'web' })).data).toEqual([]);
  });

  it('bring the diff of their pod template, without noise and without what may be a secret', async () => {
    await using cluster = await fakeKubernetes();
    const env = { POOL_SIZE: '8', DB_PASSWORD: 'hunter2hunter2', URL: 'postgres://cart:s3cretpw@db/cart' };
    keep(cluster, 'cart', [
      { at: at('08:00'), image: 'acme/cart:1', env },
      { at: at('12:00'), image: 'acme/cart:2', env: { ...env, POOL_SIZE: '80', DB_PASSWORD: 'other-password' } },
    ]);
    const diff = await diffOf(changes(cluster.url), 'kubernetes:shop/cart:2');
    expect(diff).toContain('--- a/cart.yaml\n+++ b/cart.yaml\n');
    expect(diff).toMatch(/-\s+value: "8"\n\+\s+value: "80"/);
    expect(diff).toMatch(/-\s+image: acme\/cart:1\n/);
    expect(diff).toContain('postgres://cart:[hidden]@db/cart');
    expect(diff).not.toMatch(/hunter2|other-password|s3cretpw|pod-template-hash/);
    expect(await diffOf(changes(cluster.url), 'kubernetes:shop/cart:1')).toContain('--- /dev/null');
  });

  it('that go back are dated by the deployment, and compared with what they replaced', async () => {
    await using cluster = await fakeKubernetes();
    keep(cluster, 'cart', [
      { at: at('08:00'), image: 'acme/cart:1', numbers: [1, 3] },
      { at: at('12:00'), image: 'acme/cart:2', numbers: [2] },
    ]);
    const { data } = await listed(changes(cluster.url));
    expect(data.map(({ title, time }) => [time.slice(11, 16), title])).toEqual([
      ['13:55', 'cart revision 3 (back to what revision 1 was): acme/cart:2 → acme/cart:1'],
      ['12:00', 'cart revision 2: acme/cart:1 → acme/cart:2'],
      ['08:00', 'cart revision 1: acme/cart:1'],
    ]);
    expect(await diffOf(changes(cluster.url), 'kubernetes:shop/cart:3')).toMatch(
      /-\s+image: acme\/cart:2\n\+\s+image: acme\/cart:1/,
    );
  });

  it('that only restart say so', async () => {
    await using cluster = await fakeKubernetes();
    const annotations = { 'kubectl.kubernetes.io/restartedAt': at('13:00') };
    keep(cluster, 'cart', [
      { at: at('08:00'), image: 'acme/cart:1' },
      { at: at('13:00'), image: 'acme/cart:1', annotations },
    ]);
    expect((await listed(changes(cluster.url))).data[0]?.title).toBe(
      'cart revision 2: restarted, nothing else changed',
    );
  });

  it('that are no longer kept, or left again, are not passed over in silence', async () => {
    await using cluster = await fakeKubernetes();
    keep(cluster, 'cart', [
      { at: at('08:00'), image: 'acme/cart:7', numbers: [7, 9] },
      { at: at('12:00'), image: 'acme/cart:8', numbers: [8, 10] },
    ]);
    const { warnings, data } = await listed(changes(cluster.url));
    expect(warnings.join(' ')).toMatch(/of 1 deployments the cluster keeps the last revisions only.*1 revisions/);
    expect(data.at(-1)).toMatchObject({ id: 'kubernetes:shop/cart:7', hasDiff: false });
    expect(await diffOf(changes(cluster.url), 'kubernetes:shop/cart:7')).toBeNull();
  });

  it('of many are read page by page, of some namespaces each by itself', async () => {
    await using cluster = await fakeKubernetes(2);
    for (const name of ['a', 'b', 'c', 'd', 'e']) keep(cluster, name, [{ at: at('12:00'), image: 'x:1' }]);
    expect((await listed(changes(cluster.url))).data).toHaveLength(5);
    keep(cluster, 'f', [{ at: at('12:00'), image: 'x:1' }], { namespace: 'other' });
    expect((await listed(changes(cluster.url, { namespaces: ['other'] }))).data.map(({ id }) => id)).toEqual([
      'kubernetes:other/f:1',
    ]);
    expect((await listed(changes(cluster.url, { namespaces: ['none'] }))).warnings.join(' ')).toContain(
      'there is no deployment',
    );
    expect(await listed(changes(cluster.url), { ...all, limit: 2 })).toMatchObject({ truncated: true });
  });

  it('are asked for with the token that stands in the file then', async () => {
    await using cluster = await fakeKubernetes();
    const folder = await mkdtemp(join(tmpdir(), 'vigil-token-'));
    const tokenFile = join(folder, 'token');
    const source = changes(cluster.url, { token: null, tokenFile });
    expect(await source.list(all, signal)).toMatchObject({ status: 'unavailable', why: 'forbidden' });
    await writeFile(tokenFile, 'old\n');
    expect(await source.list(all, signal)).toMatchObject({ status: 'unavailable', why: 'forbidden' });
    await writeFile(tokenFile, `${TOKEN}\n`);
    expect(await source.list(all, signal)).toMatchObject({ status: 'ok' });
    await rm(folder, { recursive: true });
  });
});

describe('could not look, and not: found nothing', () => {
  test('a namespace that the account may not list names the right that is missing', async () => {
    await using cluster = await fakeKubernetes();
    const answer = await changes(cluster.url, { namespaces: ['shop', 'kube-system'] }).list(all, signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'forbidden' });
    expect(answer.status === 'unavailable' && answer.detail).toMatch(
      /cannot list.*`list` on deployments and replicasets/,
    );
  });

  test.each([
    ['something else', { json: { metadata: {}, items: [{ metadata: { name: 'x' } }] } }, 'malformed'],
    [
      'a page that is gone',
      { status: 410, json: { kind: 'Status', reason: 'Expired', message: 'too old' } },
      'unreachable',
    ],
  ])('%s', async (_what, answer, why) => {
    await using server = await stubApi(() => answer);
    expect(await changes(server.url).list(all, signal)).toMatchObject({ status: 'unavailable', why });
  });

  test('nowhere, silence, and an id of another source', async () => {
    expect(await changes('http://127.0.0.1:9').list(all, signal)).toMatchObject({ why: 'unreachable' });
    await using silent = await stubApi(() => () => {});
    expect(await changes(silent.url, { timeoutMs: 200 }).list(all, signal)).toMatchObject({ why: 'timeout' });
    expect(await changes(silent.url).diff('argocd:cart:1', signal)).toMatchObject({ why: 'bad_query' });
    await using cluster = await fakeKubernetes();
    expect(await changes(cluster.url).diff('kubernetes:shop/cart:9', signal)).toMatchObject({ why: 'bad_query' });
  });
});
