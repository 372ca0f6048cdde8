import { describe, expect, it } from 'vitest';
import { tempoTopology, tempoTraces } from '../../../src/adapters/tempo/index.ts';
import { stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const signal = new AbortController().signal;
const traces = (url: string) => tempoTraces({ url, tenant: 'shop', now: () => NOW });
const query = {
  ...{ service: 'web', operation: null, minDurationMs: null, errorsOnly: false, limit: 20 },
  range: { start: '2026-05-06T13:00:00Z', end: '2026-05-06T14:30:00Z' },
};
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const nano = (ms: number) => `${NOW.getTime() - 60_000 + ms}000000`;
const hexOf = (id: string) => Buffer.from(id, 'base64').toString('hex');
/** As protobuf writes JSON: ids in base64, times as text. */
const batch = (service: string, id: string, parent: string | null, from: number, to: number, more: object = {}) => ({
  resource: { attributes: [text('service.name', service)] },
  scopeSpans: [
    {
      spans: [
        {
          ...{ traceId: 'AAAAAAAAAAEAAAAAAAAAAQ==', spanId: id, name: `${service} op`, kind: 'SPAN_KIND_SERVER' },
          ...{ startTimeUnixNano: nano(from), endTimeUnixNano: nano(to), status: {} },
          ...(parent === null ? {} : { parentSpanId: parent }),
          ...more,
        },
      ],
    },
  ],
});
const failed = {
  status: { code: 'STATUS_CODE_ERROR', message: 'no connection' },
  attributes: [{ key: 'n', value: { intValue: '7' } }],
};
const whole = {
  batches: [batch('cart', 'AAAAAAAAAAI=', 'AAAAAAAAAAE=', 10, 110, failed), batch('web', 'AAAAAAAAAAE=', null, 0, 120)],
};
const found = {
  traces: [{ traceID: '1a', rootServiceName: 'web', durationMs: 120 }],
  metrics: { completedJobs: 4, totalJobs: 4 },
};

describe('traces of Tempo', () => {
  it('are found by TraceQL and read one by one: services, callers, milliseconds, errors, attributes', async () => {
    await using server = await stubApi(({ path }) => ({ json: path.startsWith('/api/search') ? found : whole }));
    const answer = await traces(server.url).search(query, signal);
    expect(answer).toMatchObject({
      status: 'ok',
      source: `tempo ${server.url}`,
      truncated: false,
      warnings: [expect.stringContaining('the range ends')],
    });
    const start = NOW.getTime() - 60_000;
    expect(answer.status === 'ok' && answer.data).toEqual([
      {
        id: '1a',
        spans: [
          {
            id: hexOf('AAAAAAAAAAE='),
            parent: null,
            service: 'web',
            operation: 'web op',
            start,
            durationMs: 120,
            error: false,
            attributes: {},
          },
          {
            ...{ id: hexOf('AAAAAAAAAAI='), parent: hexOf('AAAAAAAAAAE='), service: 'cart', operation: 'cart op' },
            ...{
              start: start + 10,
              durationMs: 100,
              error: true,
              attributes: { n: '7', 'status.message': 'no connection' },
            },
          },
        ],
      },
    ]);
    expect(server.asked[0]?.headers['x-scope-orgid']).toBe('shop');
  });

  it('take names as text, whatever they are', async () => {
    await using server = await stubApi(() => ({ json: { traces: [] } }));
    const odd = 'a" } || { true } //\\';
    await traces(server.url).search({ ...query, service: odd, minDurationMs: 1.5, errorsOnly: true }, signal);
    const q = new URL(server.asked[0]?.path ?? '', 'http://tempo').searchParams.get('q');
    expect(q).toBe(
      '{ resource.service.name = "a\\" } || { true } //\\\\" && duration >= 1500us } && { status = error }',
    );
  });

  it('that were searched in part say so', async () => {
    const part = { ...found, metrics: { completedJobs: 1, totalJobs: 4 } };
    await using server = await stubApi(({ path }) => ({
      json: path.startsWith('/api/search') ? part : { trace: { resourceSpans: whole.batches } },
    }));
    const answer = await traces(server.url).search({ ...query, limit: 1 }, signal);
    expect(answer).toMatchObject({ status: 'ok', truncated: true, data: [{ spans: { length: 2 } }] });
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('1 of 4 jobs');
  });

  it('that is gone between search and reading is left out, and by id it is null', async () => {
    await using server = await stubApi(({ path }) =>
      path.startsWith('/api/search') ? { json: found } : { status: 404, text: '' },
    );
    expect(await traces(server.url).search(query, signal)).toMatchObject({ status: 'ok', data: [] });
    expect(await traces(server.url).get('1a', signal)).toMatchObject({ status: 'ok', data: null });
  });
});

describe('the service graph of Tempo', () => {
  it('is that of a sample of its traces, and says so', async () => {
    await using server = await stubApi(({ path }) => ({ json: path.startsWith('/api/search') ? found : whole }));
    const graph = await tempoTopology({ url: server.url, now: () => NOW }).graph(signal);
    expect(graph).toMatchObject({
      ...{ status: 'ok', source: `tempo ${server.url}`, truncated: false },
      warnings: [expect.stringContaining('1 traces of an hour')],
      data: [
        { name: 'web', dependsOn: ['cart'] },
        { name: 'cart', dependsOn: [] },
      ],
    });
    expect(decodeURIComponent(server.asked[0]?.path ?? '')).toContain('q={}');
  });
});
