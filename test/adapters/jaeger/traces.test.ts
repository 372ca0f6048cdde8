import { describe, expect, it } from 'vitest';
import { jaegerTraces } from '../../../src/adapters/jaeger/index.ts';
import { stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const signal = new AbortController().signal;
const traces = (url: string) => jaegerTraces({ url, now: () => NOW });
const query = {
  ...{ service: 'web', operation: null, minDurationMs: null, errorsOnly: false, limit: 20 },
  range: { start: '2026-05-06T13:00:00Z', end: '2026-05-06T14:30:00Z' },
};
const began = (NOW.getTime() - 60_000) * 1000;
const span = (id: string, parent: string | null, over: object = {}) => ({
  ...{ traceID: 'abc1', spanID: id, operationName: 'GET /cart', startTime: began, duration: 120_500, processID: 'p1' },
  references: parent === null ? [] : [{ refType: 'CHILD_OF', traceID: 'abc1', spanID: parent }],
  tags: [{ key: 'internal.span.format', type: 'string', value: 'otlp' }],
  ...over,
});
const one = {
  traceID: 'abc1',
  spans: [
    span('s2', 's1', {
      ...{ processID: 'p2', startTime: began + 9000, duration: 100_000 },
      tags: [
        { key: 'error', type: 'bool', value: true },
        { key: 'http.status_code', type: 'int64', value: 503 },
      ],
    }),
    span('s1', null),
  ],
  processes: { p1: { serviceName: 'web' }, p2: { serviceName: 'cart' } },
};

describe('traces of Jaeger', () => {
  it('are read whole: services, callers, milliseconds, errors, attributes', async () => {
    await using server = await stubApi(() => ({ json: { data: [one], total: 0, limit: 0, offset: 0, errors: null } }));
    const answer = await traces(server.url).search(query, signal);
    expect(answer).toMatchObject({
      status: 'ok',
      source: `jaeger ${server.url}`,
      truncated: false,
      range: { end: NOW.toISOString() },
    });
    expect(answer.status === 'ok' && answer.data).toEqual([
      {
        id: 'abc1',
        spans: [
          {
            id: 's1',
            parent: null,
            service: 'web',
            operation: 'GET /cart',
            start: began / 1000,
            durationMs: 120.5,
            error: false,
            attributes: {},
          },
          {
            id: 's2',
            parent: 's1',
            service: 'cart',
            operation: 'GET /cart',
            start: began / 1000 + 9,
            durationMs: 100,
            error: true,
            attributes: { error: 'true', 'http.status_code': '503' },
          },
        ],
      },
    ]);
  });

  it('are asked for by service, time in microseconds, operation, duration and error', async () => {
    await using server = await stubApi(() => ({ json: { data: [one] } }));
    await traces(server.url).search({ ...query, operation: 'GET /x', minDurationMs: 250, errorsOnly: true }, signal);
    const { searchParams } = new URL(server.asked[0]?.path ?? '', 'http://jaeger');
    expect(Object.fromEntries(searchParams)).toEqual({
      ...{ service: 'web', start: '1778072400000000', end: '1778076000000000', limit: '20' },
      ...{ operation: 'GET /x', minDuration: '250000us', tags: '{"error":"true"}' },
    });
  });

  it('as many as were asked for may be a part of them', async () => {
    await using server = await stubApi(() => ({ json: { data: [one, one] } }));
    expect(await traces(server.url).search({ ...query, limit: 2 }, signal)).toMatchObject({ truncated: true });
  });

  it('of a service that has none come with the names of those that have', async () => {
    await using server = await stubApi(({ path }) => ({
      json: { data: path === '/api/services' ? ['frontend'] : null },
    }));
    const answer = await traces(server.url).search(query, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [] });
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('known are frontend');
  });

  it('by an id that is not kept are null; by an address that is none they are no answer', async () => {
    const errors = [{ code: 404, msg: 'trace not found' }];
    await using server = await stubApi(() => ({ status: 404, json: { data: null, errors } }));
    expect(await traces(server.url).get('abc1', signal)).toMatchObject({ status: 'ok', data: null });
    await using page = await stubApi(() => ({ status: 404, text: 'page not found' }));
    expect(await traces(page.url).get('abc1', signal)).toMatchObject({ status: 'unavailable', why: 'malformed' });
  });
});
