import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { prometheusMetrics } from '../../../src/adapters/prometheus/index.ts';
import type { MetricQuery } from '../../../src/sre/ports/metrics.ts';
import { type StubApi, stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const query: MetricQuery = {
  metric: 'pool_in_use',
  labels: {},
  range: { start: '2026-05-06T13:00:00Z', end: NOW.toISOString() },
  stepSeconds: 60,
  as: 'auto',
  groupBy: [],
  aggregate: 'none',
  limit: 10,
};
const everything = { match: '', service: null, limit: 10 };
const signal = new AbortController().signal;
const ok = (data: unknown, extra: object = {}) => ({ json: { status: 'success', data, ...extra } });

/** A healthy server with one gauge, but for what `broken` answers. */
function serverWith(broken: (path: string) => Parameters<typeof stubApi>[0] extends (a: never) => infer R ? R : never) {
  return stubApi(({ path }) => {
    const answer = broken(path);
    if (answer !== undefined) return answer;
    if (path.startsWith('/api/v1/label/')) return ok(['pool_in_use']);
    if (path.startsWith('/api/v1/metadata')) return ok({ pool_in_use: [{ type: 'gauge', help: 'Used.', unit: '' }] });
    if (path.startsWith('/api/v1/series')) return ok([{ __name__: 'pool_in_use', pod: 'a' }]);
    if (path.startsWith('/api/v1/query_range'))
      return ok({ resultType: 'matrix', result: [row([[NOW.getTime() / 1000, '3']])] });
    return ok({ resultType: 'vector', result: [] });
  });
}
const row = (values: unknown[]) => ({ metric: { __name__: 'pool_in_use', pod: 'a' }, values });

const metrics = ({ url }: { url: string }, extra: object = {}) => prometheusMetrics({ url, now: () => NOW, ...extra });

describe.each([
  ['forbidden', { status: 401, text: '' }, 'forbidden', '401'],
  ['forbidden', { status: 403, json: { message: 'no such tenant' } }, 'forbidden', 'no such tenant'],
  ['out of order', { status: 500, text: '<h1>Oops</h1>' }, 'unreachable', '500'],
  ['restarting', { status: 503, text: 'Service Unavailable' }, 'unreachable', '503'],
  [
    'too slow by its own word',
    { status: 503, json: { status: 'error', errorType: 'timeout', error: 'query timed out' } },
    'timeout',
    'timed out',
  ],
  ['a gateway that gave up', { status: 504, text: '' }, 'timeout', '504'],
  [
    'refusing the query',
    { status: 422, json: { status: 'error', errorType: 'execution', error: 'too many samples' } },
    'bad_query',
    'too many samples',
  ],
  [
    'refusing the parameters',
    { status: 400, json: { status: 'error', errorType: 'bad_data', error: 'exceeded maximum resolution' } },
    'bad_query',
    'resolution',
  ],
  ['a page', { text: '<!doctype html><title>Log in</title>' }, 'malformed', 'not JSON'],
  ['something else', { json: { hello: 'world' } }, 'malformed', 'another form'],
  [
    'half an answer',
    { json: { status: 'success', data: { result: [{ metric: { a: 1 } }] } } },
    'malformed',
    'another form',
  ],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://login.example' }, text: '' },
    'unreachable',
    'https://login.example',
  ],
  ['not there', { status: 404, text: '404 page not found' }, 'malformed', 'no /api/v1/'],
])('a Prometheus that is %s', (_what, answer, why, words) => {
  it('is not a healthy reading: the answer says what happened', async () => {
    await using server = await serverWith((path) => (path.startsWith('/api/v1/query') ? answer : undefined));
    const read = await metrics(server).query(query, signal);
    expect(read).toMatchObject({ status: 'unavailable', why, source: `prometheus ${server.url}` });
    expect(read.status === 'unavailable' && read.detail).toContain(words);
    await using names = await serverWith((path) => (path.startsWith('/api/v1/label/') ? answer : undefined));
    const listed = await metrics(names).list(everything, signal);
    // A list of series is no list of names.
    expect(listed).toMatchObject({ status: 'unavailable', why });
  });
});

describe('a Prometheus in trouble', () => {
  it('that nobody runs is unreachable', async () => {
    const gone = await serverWith(() => undefined);
    const { url } = gone;
    await gone[Symbol.asyncDispose]();
    const read = await metrics({ url }).query(query, signal);
    expect(read).toMatchObject({ status: 'unavailable', why: 'unreachable' });
    expect(read.status === 'unavailable' && read.detail).toContain('ECONNREFUSED');
  });

  it('that falls silent ends with the patience of the one who asks', async () => {
    await using server = await serverWith((path) =>
      path.includes('query_range') ? (_never: ServerResponse) => {} : undefined,
    );
    const asking = metrics(server).query(query, AbortSignal.timeout(300));
    await expect(asking).rejects.toThrow(/timeout|aborted/i);
  });

  it('that breaks off in the middle of an answer is unreachable', async () => {
    await using server = await serverWith((path) =>
      path.includes('query_range')
        ? (response: ServerResponse) => {
            response.writeHead(200, { 'content-length': '5000' });
            response.write('{"status":"succ');
            setTimeout(() => response.destroy(), 20);
          }
        : undefined,
    );
    expect(await metrics(server).query(query, signal)).toMatchObject({ status: 'unavailable', why: 'unreachable' });
  });

  it('that answers without end is cut off with advice', async () => {
    const flood = (response: ServerResponse) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    };
    await using server = await serverWith((path) => (path.includes('query_range') ? flood : undefined));
    const read = await metrics(server).query(query, signal);
    expect(read).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    expect(read.status === 'unavailable' && read.detail).toContain('larger than 16 MiB');
  });

  it('that asks for a pause gets one', async () => {
    let refused = 0;
    await using server = await serverWith((path) => {
      if (!path.includes('query_range') || refused === 2) return undefined;
      refused += 1;
      return { status: 429, headers: { 'retry-after': '0' }, text: 'slow down' };
    });
    expect(await metrics(server).query(query, signal)).toMatchObject({ status: 'ok' });
    expect(refused).toBe(2);
  });

  it('without metadata still has numbers, and says that types are guessed', async () => {
    await using server = await serverWith((path) =>
      path.includes('metadata') ? { status: 403, text: '' } : undefined,
    );
    const listed = await metrics(server).list(everything, signal);
    expect(listed).toMatchObject({ status: 'ok', data: [{ name: 'pool_in_use', type: 'unknown' }] });
    expect(listed.status === 'ok' && listed.warnings.join()).toContain('guessed');
  });

  it('is asked again after a failure, not remembered as failing', async () => {
    let broken = true;
    await using server = await serverWith((path) =>
      broken && path.startsWith('/api/v1/label/') ? { status: 500, text: '' } : undefined,
    );
    const port = metrics(server);
    expect(await port.query(query, signal)).toMatchObject({ status: 'unavailable' });
    broken = false;
    expect(await port.query(query, signal)).toMatchObject({ status: 'ok' });
  });

  it('shows its warnings, and leaves out what is no number', async () => {
    const at = NOW.getTime() / 1000;
    const values = [
      [at - 120, 'NaN'],
      [at - 60, '+Inf'],
      [at, '7'],
    ];
    await using server = await serverWith((path) =>
      path.includes('query_range')
        ? ok(
            { resultType: 'matrix', result: [row(values)] },
            { warnings: ['a store did not answer'], infos: ['not a counter'] },
          )
        : undefined,
    );
    const read = await metrics(server).query(query, signal);
    expect(read).toMatchObject({ status: 'ok', data: [{ points: [[NOW.getTime(), 7]] }] });
    const said = read.status === 'ok' ? read.warnings.join() : '';
    expect(said).toContain('a store did not answer');
    expect(said).toContain('not a counter');
    expect(said).toContain('2 points are left out');
  });
});

describe('what is asked of Prometheus', () => {
  const ranges = ({ asked }: StubApi) =>
    asked.map(({ path }) => new URL(path, 'http://p')).filter(({ pathname }) => pathname.endsWith('query_range'));

  it('holds label values as text, whatever they are', async () => {
    await using server = await serverWith(() => undefined);
    const odd = 'a"} or vector(1) or x{y="\\\n';
    await metrics(server).query({ ...query, labels: { pod: odd } }, signal);
    const asked = ranges(server)[0]?.searchParams.get('query') ?? '';
    expect(asked).toContain('pod="a\\"} or vector(1) or x{y=\\"\\\\\\n"}');
  });

  it('refuses label names that would be syntax', async () => {
    await using server = await serverWith(() => undefined);
    for (const bad of [{ labels: { 'a"}': 'x' } }, { groupBy: ['a) (up)'] }, { labels: { '': 'x' } }]) {
      const read = await metrics(server).query({ ...query, aggregate: 'sum', ...bad }, signal);
      expect(read).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    }
    expect(ranges(server)).toEqual([]);
  });

  it('never has more points than a series may have', async () => {
    await using server = await serverWith(() => undefined);
    const range = { start: '2026-04-06T14:00:00Z', end: NOW.toISOString() };
    const read = await metrics(server).query({ ...query, range, stepSeconds: 1 }, signal);
    const { searchParams } = ranges(server)[0] ?? new URL('http://none');
    const length = Number(searchParams.get('end')) - Number(searchParams.get('start'));
    expect(length / Number(searchParams.get('step'))).toBeLessThanOrEqual(1500);
    expect(read.status === 'ok' && read.warnings.join()).toContain('widened');
  });

  it('carries the token and the tenant, not into a redirect, and shows no secret', async () => {
    await using other = await serverWith(() => undefined);
    await using server = await serverWith((path) =>
      path.includes('query_range') ? { status: 307, headers: { location: other.url }, text: '' } : undefined,
    );
    const read = await metrics(server, { token: 's3cret', tenant: 'team' }).query(query, signal);
    expect(read).toMatchObject({ status: 'unavailable', why: 'unreachable' });
    expect(other.asked).toEqual([]);
    expect(server.asked[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-scope-orgid': 'team' });
    expect(JSON.stringify(read)).not.toContain('s3cret');
  });

  it('is asked once for what many questions share', async () => {
    await using server = await serverWith(() => undefined);
    const port = metrics(server);
    await Promise.all(Array.from({ length: 20 }, () => port.query(query, signal)));
    const count = (part: string) => server.asked.filter(({ path }) => path.includes(part)).length;
    expect([count('/label/'), count('/metadata'), count('/series')]).toEqual([1, 1, 1]);
    expect(count('query_range')).toBe(20);
  });
});
