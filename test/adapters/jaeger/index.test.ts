import { describe, expect, it } from 'vitest';
import { jaegerTopology } from '../../../src/adapters/jaeger/index.ts';
import { stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const signal = new AbortController().signal;
const topology = (url: string, token: string | null = null) => jaegerTopology({ url, token, now: () => NOW });

describe('the service graph of Jaeger', () => {
  it('is read from the calls of a day, leaves included, a service’s calls to itself left out', async () => {
    const data = [
      { parent: 'web', child: 'cart', callCount: 9 },
      { parent: 'web', child: 'auth', callCount: 2 },
      { parent: 'cart', child: 'cart', callCount: 1 },
    ];
    await using server = await stubApi(() => ({ json: { data, total: 0, limit: 0, offset: 0, errors: null } }));
    const graph = await topology(server.url, 't').graph(signal);
    expect(graph).toMatchObject({ status: 'ok', source: `jaeger ${server.url}`, truncated: false });
    expect(graph.status === 'ok' && graph.data).toEqual([
      { name: 'web', dependsOn: ['auth', 'cart'] },
      { name: 'cart', dependsOn: [] },
      { name: 'auth', dependsOn: [] },
    ]);
    expect(server.asked[0]?.path).toBe(`/api/dependencies?endTs=${NOW.getTime()}&lookback=86400000`);
    expect(server.asked[0]?.headers.authorization).toBe('Bearer t');
  });

  it('that knows no call says how that can come, and is still an answer', async () => {
    await using server = await stubApi(() => ({ json: { data: null } }));
    const graph = await topology(server.url).graph(signal);
    expect(graph).toMatchObject({ status: 'ok', data: [] });
    expect(graph.status === 'ok' && graph.warnings.join(' ')).toContain('no call in a day');
  });

  it('of twenty thousand calls and one is cut, and says so', async () => {
    const data = Array.from({ length: 20_001 }, (_, i) => ({ parent: 'web', child: `s${i}` }));
    await using server = await stubApi(() => ({ json: { data } }));
    expect(await topology(server.url).graph(signal)).toMatchObject({ status: 'ok', truncated: true });
  });

  it.each([
    ['forbidden', { status: 403, text: 'no' }, 'forbidden'],
    ['in trouble', { status: 500, text: 'storage is down' }, 'unreachable'],
    ['a page', { text: '<html>' }, 'malformed'],
    ['something else', { json: { result: [] } }, 'malformed'],
  ])('from a server that is %s is not an empty graph', async (_what, answer, why) => {
    await using server = await stubApi(() => answer);
    expect(await topology(server.url).graph(signal)).toMatchObject({ status: 'unavailable', why });
  });

  it('from nowhere, or from a server that is silent, is not an empty graph', async () => {
    expect(await topology('http://127.0.0.1:9').graph(signal)).toMatchObject({ status: 'unavailable' });
    await using silent = await stubApi(() => () => {});
    await expect(topology(silent.url).graph(AbortSignal.timeout(300))).rejects.toThrow(/timeout|aborted/i);
  });
});
