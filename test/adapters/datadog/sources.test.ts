/** The official client against a local server that speaks Datadog's wire. One file, because loading it takes seconds. */
import { describe, expect, it } from 'vitest';
import { type DatadogSources, datadogSources } from '../../../src/adapters/datadog/index.ts';
import type { Answer } from '../../../src/sre/ports/answer.ts';
import type { MetricQuery } from '../../../src/sre/ports/metrics.ts';
import type { TraceQuery } from '../../../src/sre/ports/traces.ts';
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
const through = (service: string, over: Partial<TraceQuery> = {}): TraceQuery => ({
  ...{ service, operation: null, range, minDurationMs: null, errorsOnly: false, limit: 20, ...over },
});
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
  ['changes', ({ changes }, until) => changes.list({ range, service: null, kinds: [], limit: 5 }, until)],
  ['a diff', ({ changes }, until) => changes.diff('datadog:e1', until)],
  ['the service graph', ({ topology }, until) => topology.graph(until)],
  ['traces', ({ traces }, until) => traces.search(through('web'), until)],
  ['a trace', ({ traces }, until) => traces.get('1a', until)],
  ['a log window', ({ logs }, until) => logs.scan({ ...wanted, maxLines: 10 }, until)],
];

describe.each(questions)('Datadog, asked for %s', (_what, ask) => {
  it.each<[string, Fault, string, string]>([
    ['is forbidden', { status: 403, text: '{"errors":["Forbidden"]}' }, 'forbidden', 'refuses us (403: Forbidden)'],
    ['refuses', { status: 400, text: '{"errors":["too much"]}' }, 'bad_query', 'too much'],
    [
      'limits us for long',
      { status: 429, headers: { 'x-ratelimit-reset': '0' }, text: '{"errors":["Rate limit"]}' },
      'rate_limited',
      'how often',
    ],
    ['says something else', { text: '{"result":[]}' }, 'malformed', 'another form'],
    ['says things of other types', { text: '{"data":7,"metrics":7}' }, 'malformed', 'another form'],
    ['is silent', 'silence', 'timeout', 'no answer within'],
  ])('and it %s: that is no empty answer', async (_trouble, fault, why, words) => {
    await using server = await withPool();
    server.instead = () => fault;
    const answer = await ask(
      datadogSources({
        site: 'datadoghq.eu',
        ...KEYS,
        apiUrl: server.url,
        now: () => NOW,
        timeoutMs: fault === 'silence' ? 150 : 10_000,
      }),
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

  it('that hold the words but not the text are left out: words are what Datadog finds', async () => {
    await using server = await withPool();
    server.logs.push(line(5, 'the db is not in reach'), line(4, 'did not reach the db'));
    const found = await at(server.url).logs.search({ ...wanted, text: 'not reach' }, signal);
    expect(found).toMatchObject({ status: 'ok', data: { lines: [{ message: 'did not reach the db' }], total: 1 } });
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

describe('events of Datadog as changes', () => {
  const all = { range, service: null, kinds: [], limit: 10 };
  const deployed = {
    ...{ id: 'AwAAAY-1', at: ago(31), title: 'checkout\n462 deployed', message: '' },
    tags: ['service:checkout', 'git.commit.sha:c0ffee1', 'env:prod'],
  };
  const flipped = {
    ...{ id: 'AwAAAY-2', at: ago(10), title: 'wider results', tags: [] },
    more: {
      changed_resource: { name: 'search.wide', type: 'feature_flag' },
      impacted_resources: [
        { name: 'search', type: 'service' },
        { name: 'web', type: 'service' },
      ],
      author: { name: 'ann', type: 'user' },
      ...{ prev_value: { wide: false }, new_value: { wide: true } },
    },
  };

  it('are read newest first, with service, kind, actor and commit, by the query of the operator', async () => {
    await using server = await fakeDatadog();
    server.events.push(deployed, flipped, { ...deployed, id: 'old', at: ago(600) });
    const { changes } = datadogSources({
      site: 'datadoghq.eu',
      ...KEYS,
      apiUrl: server.url,
      now: () => NOW,
      changeQuery: 'source:ci',
    });
    const answer = await changes.list(all, signal);
    expect(JSON.parse(server.asked[0]?.body ?? '').filter.query).toBe('source:ci');
    expect(answer).toMatchObject({ status: 'ok', truncated: false });
    expect(answer.status === 'ok' && answer.data).toMatchObject([
      { id: 'datadog:AwAAAY-2', kind: 'flag', service: 'search', actor: 'ann', ref: null, hasDiff: true },
      {
        id: 'datadog:AwAAAY-1',
        kind: 'deploy',
        service: 'checkout',
        title: 'checkout 462 deployed',
        ref: 'c0ffee1',
        hasDiff: false,
      },
    ]);
  });

  it('that touched several services are found by each, and by kind', async () => {
    await using server = await fakeDatadog();
    server.events.push(deployed, flipped);
    const { changes } = at(server.url);
    expect(await changes.list({ ...all, service: 'web' }, signal)).toMatchObject({
      data: [{ kind: 'flag', service: 'web' }],
    });
    expect(await changes.list({ ...all, kinds: ['deploy'] }, signal)).toMatchObject({
      data: [{ service: 'checkout' }],
    });
    expect(await changes.list({ ...all, service: 'mail' }, signal)).toMatchObject({ status: 'ok', data: [] });
  });

  it('have the values before and after as their diff, where these were sent', async () => {
    await using server = await fakeDatadog();
    server.events.push(deployed, flipped);
    const { changes } = at(server.url);
    const diff = await changes.diff('datadog:AwAAAY-2', signal);
    expect(diff.status === 'ok' && diff.data.diff).toMatch(/-\s+"wide": false\n\+\s+"wide": true/);
    expect(await changes.diff('datadog:AwAAAY-1', signal)).toMatchObject({ status: 'ok', data: { diff: null } });
    expect(await changes.diff('deploy-7', signal)).toMatchObject({ status: 'unavailable', why: 'bad_query' });
  });

  it('beyond the limit are truncated, and more pages than are read are named', async () => {
    await using server = await fakeDatadog();
    server.events.push(
      ...Array.from({ length: 5001 }, (_unused, index) => ({ ...deployed, id: `e${index}`, at: ago(1) + index })),
    );
    expect(await at(server.url).changes.list(all, signal)).toMatchObject({ truncated: true, data: { length: 10 } });
    const none = await at(server.url).changes.list({ ...all, service: 'mail' }, signal);
    expect(none).toMatchObject({ status: 'ok', truncated: true, data: [] });
    expect(none.status === 'ok' && none.warnings.join()).toContain('only the newest 5000 events');
  });
});

describe('the service graph of Datadog', () => {
  it('is read page after page from the catalog, leaves included, what tracing discovered among it', async () => {
    await using server = await fakeDatadog();
    server.relations.push(['web', 'cart'], ['cart', 'cart'], ['cart', 'db']);
    for (let index = 0; index < 110; index += 1) server.relations.push(['web', `leaf-${index}`]);
    const graph = await at(server.url).topology.graph(signal);
    expect(graph).toMatchObject({ status: 'ok', truncated: false });
    const nodes = new Map(graph.status === 'ok' ? graph.data.map(({ name, dependsOn }) => [name, dependsOn]) : []);
    expect([nodes.get('web')?.length, nodes.get('cart'), nodes.get('db')]).toEqual([111, ['db'], []]);
    expect(server.asked.map(({ params }) => params.get('page[offset]'))).toEqual(['0', '100']);
    expect(server.asked[0]?.params.get('includeDiscovered')).toBe('true');
  });

  it('without any is an answer that says how it can come', async () => {
    await using server = await fakeDatadog();
    const graph = await at(server.url).topology.graph(signal);
    expect(graph).toMatchObject({ status: 'ok', data: [] });
    expect(graph.status === 'ok' && graph.warnings.join()).toContain('dependsOn');
  });
});

describe('traces from Datadog', () => {
  async function withTraces(): Promise<FakeDatadog> {
    const server = await fakeDatadog();
    const span = (trace: string, id: string, parent: string | null, service: string, minutes: number, ms: number) => ({
      ...{ at: ago(minutes) + Number(id), ms, trace, id, parent, service, resource: `GET /${service}` },
    });
    server.spans.push(
      span('a1', '1', null, 'web', 10, 300),
      {
        ...span('a1', '2', '1', 'cart', 10, 250),
        ...{
          status: 'error',
          custom: { error: { type: 'Timeout', message: 'no connection' }, http: { status_code: 500 } },
        },
      },
      span('b2', '1', null, 'web', 40, 20),
      span('c3', '1', null, 'jobs', 40, 900),
    );
    return server;
  }

  it('are all that is kept of those that fit, newest first: callers, milliseconds, errors, attributes', async () => {
    await using server = await withTraces();
    const answer = await at(server.url).traces.search(through('web'), signal);
    expect(answer).toMatchObject({ status: 'ok', truncated: false, warnings: [] });
    const web = { id: '1', parent: null, service: 'web', operation: 'GET /web', error: false };
    expect(answer.status === 'ok' && answer.data).toEqual([
      {
        id: 'a1',
        spans: [
          { ...web, start: ago(10) + 1, durationMs: 300, attributes: { operation_name: 'web.request' } },
          {
            ...{ id: '2', parent: '1', service: 'cart', operation: 'GET /cart', start: ago(10) + 2, durationMs: 250 },
            error: true,
            attributes: {
              ...{ 'error.type': 'Timeout', 'error.message': 'no connection', 'http.status_code': '500' },
              ...{ operation_name: 'web.request', status: 'error' },
            },
          },
        ],
      },
      {
        id: 'b2',
        spans: [{ ...web, start: ago(40) + 1, durationMs: 20, attributes: { operation_name: 'web.request' } }],
      },
    ]);
    // The endpoint allows few requests an hour: one to find them, one to read them.
    expect(server.asked).toHaveLength(2);
  });

  it('by operation, duration and failure of the service, with names as data', async () => {
    await using server = await withTraces();
    const ids = async (query: TraceQuery) => {
      const answer = await at(server.url).traces.search(query, signal);
      if (answer.status !== 'ok') throw new Error(answer.detail);
      return answer.data.map(({ id }) => id);
    };
    expect(await ids(through('web', { minDurationMs: 100 }))).toEqual(['a1']);
    expect(await ids(through('web', { operation: 'GET /web' }))).toEqual(['a1', 'b2']);
    expect(await ids(through('cart', { errorsOnly: true }))).toEqual(['a1']);
    expect(await ids(through('web', { errorsOnly: true }))).toEqual([]);
    expect(await ids(through('web" OR service:"jobs'))).toEqual([]);
  });

  it('that are more than are read, or none, say so', async () => {
    await using server = await withTraces();
    expect(await at(server.url).traces.search(through('web', { limit: 1 }), signal)).toMatchObject({
      ...{ truncated: true, warnings: [expect.stringContaining('only the newest 1 traces')] },
      data: [{ id: 'a1' }],
    });
    expect(await at(server.url).traces.search(through('nobody'), signal)).toMatchObject({
      ...{ status: 'ok', data: [], warnings: [expect.stringContaining('retention filter')] },
    });
  });

  it('are had by their id, and one that is not kept is none', async () => {
    await using server = await withTraces();
    expect(await at(server.url).traces.get('a1', signal)).toMatchObject({ data: { id: 'a1', spans: [{}, {}] } });
    expect(await at(server.url).traces.get('ffff', signal)).toMatchObject({ status: 'ok', data: null });
  });
});
