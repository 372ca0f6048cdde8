/** The official client against a local server that speaks Datadog's wire. One file, because loading it takes seconds. */
import { describe, expect, it } from 'vitest';
import { type DatadogSources, datadogSources } from '../../../src/adapters/datadog/index.ts';
import type { Answer } from '../../../src/sre/ports/answer.ts';
import type { MetricQuery } from '../../../src/sre/ports/metrics.ts';
import { logsContract, metricsContract } from '../../contract/telemetry.ts';
import { type FakeDatadog, type Fault, fakeDatadog, KEYS } from '../../kit/fake-datadog.ts';
import { loadOpenMetrics } from '../../kit/fake-datadog-metrics.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const at = (apiUrl: string) => datadogSources({ site: 'datadoghq.eu', ...KEYS, apiUrl, now: () => NOW });

metricsContract(
  'Datadog',
  NOW,
  async ({ openMetrics }) => {
    const server = await fakeDatadog();
    loadOpenMetrics(server.metrics, openMetrics);
    return { port: at(server.url).metrics, close: async () => server[Symbol.asyncDispose]() };
  },
  { rawCounter: 0 },
);

logsContract('Datadog', NOW, async ({ logs }) => {
  const server = await fakeDatadog();
  for (const { time, service, level, message, attributes } of logs)
    server.logs.push({ at: Date.parse(time), service, status: level.toLowerCase(), message, attributes });
  return { port: at(server.url).logs, close: async () => server[Symbol.asyncDispose]() };
});

const signal = new AbortController().signal;
const range = { start: '2026-05-06T13:00:00Z', end: NOW.toISOString() };
const gauge: MetricQuery = {
  ...{ metric: 'pool.in_use', labels: {}, range, stepSeconds: 60 },
  ...{ as: 'auto', groupBy: [], aggregate: 'none', limit: 10 },
};
const wanted = { service: null, text: '', regex: false, level: null, range, limit: 10, order: 'asc' as const };
const ago = (minutes: number) => NOW.getTime() - minutes * 60_000;

async function withPool(): Promise<FakeDatadog> {
  const server = await fakeDatadog();
  const samples = Array.from({ length: 60 }, (_unused, minute) => ({ at: ago(minute), tags: ['pod:a'], value: 3 }));
  server.metrics.set('pool.in_use', { type: 'gauge', unit: '', help: '', samples });
  return server;
}

/** Each question, asked of a source in the same trouble. */
const questions: [string, (sources: DatadogSources, signal: AbortSignal) => Promise<Answer<unknown>>][] = [
  ['metrics', ({ metrics }, until) => metrics.query(gauge, until)],
  ['names of metrics', ({ metrics }, until) => metrics.list({ match: '', service: null, limit: 10 }, until)],
  ['logs', ({ logs }, until) => logs.search(wanted, until)],
  ['a log window', ({ logs }, until) => logs.scan({ ...wanted, maxLines: 10 }, until)],
];

describe.each(questions)('Datadog, asked for %s', (_what, ask) => {
  it.each<[string, Fault, string, string]>([
    ['is forbidden', { status: 403, text: '{"errors":["Forbidden"]}' }, 'forbidden', 'refuses us (403: Forbidden)'],
    ['is out of order', { status: 503, text: 'upstream connect error' }, 'unreachable', 'upstream connect error'],
    ['refuses', { status: 400, text: '{"errors":["too much"]}' }, 'bad_query', 'too much'],
    [
      'limits us for long',
      { status: 429, headers: { 'x-ratelimit-reset': '0' }, text: '{"errors":["Rate limit"]}' },
      'unreachable',
      'how often',
    ],
    ['is a page', { text: '<html>' }, 'malformed', 'not JSON'],
    ['says something else', { text: '{"result":[]}' }, 'malformed', 'another form'],
    ['says things of other types', { text: '{"data":7,"metrics":7}' }, 'malformed', 'another form'],
    ['is silent', 'silence', 'timeout', 'no answer within'],
  ])('and it %s: that is no empty answer', async (_trouble, fault, why, words) => {
    await using server = await withPool();
    server.instead = () => fault;
    const answer = await ask(
      datadogSources({ site: 'datadoghq.eu', ...KEYS, apiUrl: server.url, now: () => NOW, timeoutMs: 150 }),
      signal,
    );
    expect(answer).toMatchObject({ status: 'unavailable', why, source: `datadog ${server.url}` });
    expect(answer.status === 'unavailable' && answer.detail).toContain(words);
    expect(JSON.stringify(answer)).not.toContain(KEYS.appKey);
  });

  it('and there is nothing there: that is no answer, either', async () => {
    expect(await ask(at('http://127.0.0.1:9'), signal)).toMatchObject({ status: 'unavailable', why: 'unreachable' });
  });

  it('and the one who asks loses patience: nothing goes on behind his back', async () => {
    await using server = await withPool();
    server.instead = () => 'silence';
    await expect(ask(at(server.url), AbortSignal.timeout(100))).rejects.toThrow(/timeout|aborted/i);
  });
});

describe('metrics from Datadog', () => {
  const queries = ({ asked }: FakeDatadog) =>
    asked.flatMap(({ path, body }) =>
      path.endsWith('/timeseries') ? [String(JSON.parse(body).data.attributes.queries[0].query)] : [],
    );

  it('waits as long as a rate limit says, and then has the answer', async () => {
    await using server = await withPool();
    let refused = 0;
    server.instead = (path) => {
      if (!path.endsWith('/timeseries') || refused === 2) return undefined;
      refused += 1;
      return { status: 429, headers: { 'x-ratelimit-reset': '0' }, text: '{"errors":["Rate limit"]}' };
    };
    expect(await at(server.url).metrics.query(gauge, signal)).toMatchObject({ status: 'ok', warnings: [] });
    expect(refused).toBe(2);
  });

  it('that ended show when, also where the steps are long', async () => {
    await using server = await withPool();
    const pool = server.metrics.get('pool.in_use');
    if (pool !== undefined) pool.samples = pool.samples.filter(({ at: time }) => time <= ago(17));
    const answer = await at(server.url).metrics.query({ ...gauge, stepSeconds: 1800 }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [{ lastSampleAt: '2026-05-06T13:43:00.000Z' }] });
  });

  it('of no series in the window is an answer, and says that it is not a healthy one', async () => {
    await using server = await withPool();
    const past = { start: '2026-05-05T15:00:00Z', end: '2026-05-05T16:00:00Z' };
    const answer = await at(server.url).metrics.query({ ...gauge, range: past }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [] });
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('not a healthy reading');
  });

  it('without types and tags are still numbers, and it is said what is missing', async () => {
    await using server = await withPool();
    server.instead = (path) => (/pool/.test(path) ? { status: 403, text: '{"errors":["Forbidden"]}' } : undefined);
    const answer = await at(server.url).metrics.query({ ...gauge, aggregate: 'avg' }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [{ points: expect.arrayContaining([[NOW.getTime(), 3]]) }] });
    expect(answer.status === 'ok' && answer.warnings.join()).toMatch(/type and unit .* not known.*tags .* not known/);
  });

  it('answered in part say so', async () => {
    await using server = await withPool();
    const attributes = {
      series: [{ group_tags: [], query_index: 0, unit: null }],
      times: [ago(1), ago(0)],
      values: [[null, 4]],
    };
    server.instead = (path) =>
      path.endsWith('/timeseries')
        ? { text: JSON.stringify({ data: { attributes }, errors: 'one shard is missing' }) }
        : undefined;
    const answer = await at(server.url).metrics.query(gauge, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [{ points: [[NOW.getTime(), 4]] }] });
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('one shard is missing');
  });

  it('take values of tags as text and refuse keys that would be syntax', async () => {
    await using server = await withPool();
    await at(server.url).metrics.query({ ...gauge, labels: { pod: 'A} by {*' } }, signal);
    expect(queries(server)[0]).toContain('{pod:a__by___}');
    for (const bad of [{ labels: { 'a}': 'x' } }, { groupBy: ['pod} '], aggregate: 'sum' as const }])
      expect(await at(server.url).metrics.query({ ...gauge, ...bad }, signal)).toMatchObject({ why: 'bad_query' });
  });

  it('leave out a step that is not over yet where points are sums, because it would look like a fall', async () => {
    await using server = await withPool();
    const samples = Array.from({ length: 60 }, (_unused, minute) => ({ at: ago(minute) + 1, tags: [], value: 60 }));
    server.metrics.set('hits', { type: 'count', unit: 'request', help: '', samples });
    const answer = await at(server.url).metrics.query({ ...gauge, metric: 'hits' }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [{ unit: 'requests/s' }] });
    expect(answer.status === 'ok' && answer.data[0]?.points.at(-1)).toEqual([ago(1), 1]);
  });
});

describe('logs from Datadog', () => {
  const line = (minute: number, message: string) => ({
    at: ago(minute),
    service: 'shop',
    status: 'info',
    message,
    attributes: {},
  });

  it('are read page after page, each once, and what was read in vain is said', async () => {
    await using server = await withPool();
    for (let index = 0; index < 2500; index += 1)
      server.logs.push({ ...line(0, `order ${index}`), at: ago(59) + index });
    const found = await at(server.url).logs.search(
      { ...wanted, text: 'er 2[0-4]\\d\\d$', regex: true, limit: 1000 },
      signal,
    );
    expect(found).toMatchObject({ status: 'ok', truncated: false, data: { total: 500 } });
    const bodies = server.asked.map(({ body }) => JSON.parse(body).page.cursor ?? null);
    expect(bodies[0]).toBeNull();
    expect(new Set(bodies).size).toBe(3);
  });

  it('of a service that has none come with the services that have some', async () => {
    await using server = await withPool();
    server.logs.push(line(5, 'all well'));
    const answer = await at(server.url).logs.search({ ...wanted, service: 'shoop' }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: { lines: [], total: 0 } });
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('there are lines of shop');
  });

  it('that Datadog gave up on are partial', async () => {
    await using server = await withPool();
    server.instead = () => ({ text: '{"data":[],"meta":{"status":"timeout"}}' });
    const answer = await at(server.url).logs.search(wanted, signal);
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('gave up');
  });

  it('that fail on the way do not pass for a log that ended', async () => {
    await using server = await withPool();
    for (let index = 0; index < 1500; index += 1) server.logs.push({ ...line(0, 'x'), at: ago(59) + index });
    const found = await at(server.url).logs.scan({ ...wanted, maxLines: 5000 }, signal);
    if (found.status !== 'ok') throw new Error(found.detail);
    server.instead = () => ({ status: 500, text: 'gone' });
    const read = async () => {
      for await (const _line of found.data);
    };
    await expect(read()).rejects.toThrow('gone');
  });
});
