import { describe, expect, it, test } from 'vitest';
import { argocdChanges } from '../../../src/adapters/argocd/index.ts';
import { type Asked, stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const range = { start: '2026-05-06T00:00:00.000Z', end: '2026-05-06T14:00:00.000Z' };
const all = { range, service: null, kinds: [], limit: 50 };
const signal = new AbortController().signal;
const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const changes = (url: string, token: string | null = 't', timeoutMs = 5000) =>
  argocdChanges({ url, token, timeoutMs, now: () => NOW });

/** As `argocd-server` sends an application: unset fields left out, numbers as numbers. */
const application = (
  name: string,
  history: object[],
  more: { labels?: object; status?: object; limit?: number } = {},
) => ({
  metadata: { name, namespace: 'argocd', uid: 'u', ...(more.labels === undefined ? {} : { labels: more.labels }) },
  spec: {
    destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
    ...{ project: 'default', source: { repoURL: 'https://git.example/acme/deploy.git', path: name } },
    ...(more.limit === undefined ? {} : { revisionHistoryLimit: more.limit }),
  },
  status: { history, health: { status: 'Healthy' }, ...more.status },
});
const sync = (id: number, at: string, revision: string, more: object = {}) => ({
  ...{ id, revision, deployedAt: `2026-05-06T${at}:30Z`, deployStartedAt: `2026-05-06T${at}:00Z` },
  ...{ source: { repoURL: 'https://git.example/acme/deploy.git' }, initiatedBy: { automated: true } },
  ...more,
});
const argo = (items: object[] | null) =>
  stubApi(({ path }: Asked) => {
    const { pathname } = new URL(path, 'http://x');
    if (pathname === '/api/v1/applications') return { json: { metadata: {}, items } };
    if (pathname === `/api/v1/applications/cart/revisions/${NEW}/metadata`)
      return {
        json: { author: 'Ann <ann@example.com>', date: '2026-05-06T13:00:00Z', message: 'Smaller pool\n\nwhy' },
      };
    return {
      status: 500,
      json: { error: 'rpc error: no such revision', code: 2, message: 'rpc error: no such revision' },
    };
  });

describe('syncs of Argo CD', () => {
  it('are deploys from their start on, newest first, with revision, commit message and who began them', async () => {
    await using server = await argo([
      application('cart', [sync(1, '09:00', OLD), sync(2, '13:10', NEW)]),
      application(
        'web-prod',
        [sync(7, '10:00', '1.4.2', { source: { repoURL: 'r', chart: 'web' }, initiatedBy: { username: 'bo' } })],
        {
          labels: { 'app.kubernetes.io/name': 'web' },
        },
      ),
    ]);
    const answer = await changes(server.url).list(all, signal);
    expect(answer).toMatchObject({ status: 'ok', source: `argocd ${server.url}`, truncated: false, warnings: [] });
    expect(answer.status === 'ok' && answer.data).toMatchObject([
      {
        ...{ id: 'argocd:cart:2', kind: 'deploy', service: 'cart', time: '2026-05-06T13:10:00.000Z', ref: NEW },
        ...{
          actor: 'Ann <ann@example.com>',
          title: 'cart synced to revision bbbbbbbbbbbb: Smaller pool',
          hasDiff: false,
        },
      },
      {
        id: 'argocd:web-prod:7',
        service: 'web',
        actor: 'bo',
        title: 'web-prod synced to chart web 1.4.2',
        ref: '1.4.2',
      },
      { id: 'argocd:cart:1', actor: 'automated sync', title: 'cart synced to revision aaaaaaaaaaaa' },
    ]);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer t');
    const diff = await changes(server.url).diff('argocd:cart:2', signal);
    expect(diff).toMatchObject({ status: 'ok', data: { change: { ref: NEW }, diff: null } });
  });

  it('that failed or still run are listed: they may have changed something', async () => {
    const state = (phase: string, message: string) => ({
      operationState: { phase, message, startedAt: '2026-05-06T13:40:00Z', syncResult: { revision: NEW } },
    });
    await using server = await argo([
      application('cart', [], { status: state('Failed', 'one or more objects failed to apply') }),
      application('web', [], { status: state('Succeeded', 'fine') }),
    ]);
    const answer = await changes(server.url).list(all, signal);
    expect(answer.status === 'ok' && answer.data.map(({ title }) => title)).toEqual([
      'sync of cart to bbbbbbbbbbbb failed: one or more objects failed to apply: Smaller pool',
    ]);
  });

  it('of one service, one time, as many as were asked for', async () => {
    await using server = await argo([
      application('cart', [sync(1, '09:00', OLD), sync(2, '13:10', NEW), sync(3, '13:20', OLD)]),
      application('web', [sync(1, '13:30', OLD)]),
    ]);
    const ask = { ...all, service: 'cart', range: { ...range, start: '2026-05-06T12:00:00Z' }, limit: 1 };
    const answer = await changes(server.url).list(ask, signal);
    expect(answer).toMatchObject({ status: 'ok', truncated: true, data: [{ id: 'argocd:cart:3' }] });
  });

  it('that are no longer kept are not passed over in silence', async () => {
    await using server = await argo([
      application('cart', [sync(8, '09:00', OLD), sync(9, '13:10', NEW)], { limit: 2 }),
    ]);
    const answer = await changes(server.url).list(all, signal);
    expect(answer.status === 'ok' && answer.warnings.join(' ')).toContain(
      'nothing is known of cart before 2026-05-06T09:00',
    );
  });

  it('of nothing in the time are an empty list', async () => {
    await using server = await argo([application('cart', [])]);
    expect(await changes(server.url).list(all, signal)).toMatchObject({ status: 'ok', data: [] });
  });
});

describe('could not look, and not: found nothing', () => {
  test('a token that may see no application is told which right it needs', async () => {
    await using server = await argo(null);
    const answer = await changes(server.url).list(all, signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'forbidden' });
    expect(answer.status === 'unavailable' && answer.detail).toContain('applications, get');
  });

  test.each([
    ['no session', { status: 401, json: { error: 'no session information', code: 16 } }, 'forbidden'],
    ['something else', { json: { items: [{ name: 'cart' }] } }, 'malformed'],
  ])('%s', async (_what, answer, why) => {
    await using server = await stubApi(() => answer);
    expect(await changes(server.url).list(all, signal)).toMatchObject({ status: 'unavailable', why });
  });

  test('nowhere, and silence', async () => {
    expect(await changes('http://127.0.0.1:9').list(all, signal)).toMatchObject({ why: 'unreachable' });
    await using silent = await stubApi(() => () => {});
    expect(await changes(silent.url, null, 200).list(all, signal)).toMatchObject({ why: 'timeout' });
    expect(await changes(silent.url).diff('github:acme/shop:commit:1', signal)).toMatchObject({ why: 'bad_query' });
  });
});
