import { describe, expect, it } from 'vitest';
import { mergeMetrics } from '../../../src/sre/merging/merge-metrics.ts';
import type { Answer, Unavailable } from '../../../src/sre/ports/answer.ts';
import type { MetricInfo, MetricQuery, Metrics, Series } from '../../../src/sre/ports/metrics.ts';
import { lost, ok, range, signal, silent, textOf } from '../../kit/many-sources.ts';

const END = Date.parse(range.end);
const asked: MetricQuery = {
  ...{
    metric: 'up',
    labels: {},
    range,
    stepSeconds: 60,
    as: 'auto',
    groupBy: ['service'],
    aggregate: 'sum',
    limit: 10,
  },
};
const infoOf = (name: string, over: Partial<MetricInfo> = {}): MetricInfo => ({
  ...{ name, type: 'gauge', help: '', unit: '', labels: { service: ['cart'] }, series: 1 },
  ...over,
});

/** Thirty minutes of it; `value` by minutes before the end. */
function series(value: (ago: number) => number, over: Partial<Series> = {}): Series {
  const points = Array.from({ length: 30 }, (_, at): [number, number] => [END - (29 - at) * 60_000, value(29 - at)]);
  return {
    ...{ metric: 'up', labels: { service: 'cart' }, unit: '', points, lastSampleAt: range.end },
    ...over,
  };
}

function source(name: string, found: Series[] | Unavailable, infos: MetricInfo[] = [infoOf('up')]) {
  const queries: MetricQuery[] = [];
  const port: Metrics = {
    list: async () => ok(name, infos),
    query: async (query) => {
      queries.push(query);
      return Array.isArray(found) ? ok(name, found) : found;
    },
  };
  return { name, port, queries };
}
const labelsOf = (answer: Answer<Series[]>) => (answer.status === 'ok' ? answer.data.map(({ labels }) => labels) : []);

describe('metrics of several sources', () => {
  it('of which there is one are that one', () => {
    const one = source('eu', []);
    expect(mergeMetrics([one])).toBe(one.port);
  });

  it('stay apart by a label, which leads back to the source, and never take the place of a label', async () => {
    const own = series((ago) => ago, { labels: { service: 'cart', vigil_source: 'theirs' } });
    const [eu, us] = [source('eu', [series(() => 1)]), source('us', [own])];
    const merged = mergeMetrics([eu, us]);
    const answer = await merged.query(asked, signal);
    expect(labelsOf(answer)).toEqual([
      { service: 'cart', vigil_source: 'eu' },
      { service: 'cart', exported_vigil_source: 'theirs', vigil_source: 'us' },
    ]);
    expect(answer).toMatchObject({ source: 'eu http://x, us http://x', url: null, truncated: false });
    expect(answer.status === 'ok' && answer.looks).toMatchObject([
      { found: 1, url: 'http://eu/graph' },
      { found: 1, url: 'http://us/graph' },
    ]);
    expect(textOf(answer)).toContain('kept apart by the label vigil_source');
    const back = await merged.query({ ...asked, labels: { vigil_source: 'us' } }, signal);
    expect([eu.queries.length, us.queries.length, us.queries[1]?.labels]).toEqual([1, 2, {}]);
    expect(back).toMatchObject({ source: 'us http://x', url: 'http://us/graph' });
    const wrong = await merged.query({ ...asked, labels: { vigil_source: 'asia' } }, signal);
    expect(wrong).toMatchObject({ why: 'bad_query', detail: expect.stringContaining('there are eu | us') });
  });

  it('are there when one cannot be asked, is silent or trips over what it reads, which is said of each', async () => {
    const broken = source('odd', []);
    broken.port.query = async () => JSON.parse('<html>');
    const slow = { name: 'slow', port: { list: silent, query: silent } };
    const sources = [source('eu', [series(() => 1)]), source('us', lost('us', 'forbidden')), slow, broken];
    const merged = mergeMetrics(sources, { timeoutMs: 50 });
    const answer = await merged.query(asked, signal);
    expect(labelsOf(answer)).toEqual([{ service: 'cart', vigil_source: 'eu' }]);
    const why = answer.status === 'ok' && answer.looks?.map((look) => (look.status === 'ok' ? 'ok' : look.why));
    expect(why).toEqual(['ok', 'forbidden', 'timeout', 'malformed']);
    expect(textOf(answer)).toMatch(
      /us http:\/\/x could not be asked \(forbidden\)[\s\S]*slow could not be asked \(timeout\)/,
    );
    await expect(mergeMetrics(sources).query(asked, AbortSignal.timeout(10))).rejects.toThrow(/timeout/i);
    const none = await mergeMetrics(sources.slice(1), { timeoutMs: 50 }).query(asked, signal);
    expect(none).toMatchObject({
      status: 'unavailable',
      detail: expect.stringMatching(/us.*; slow: no answer.*; odd: /),
    });
  });

  it('are not waited for again and again where one answers late', async () => {
    let waited = 0;
    const late = (_: unknown, until: AbortSignal) => {
      const began = performance.now();
      const done = silent(_, until);
      return done.finally(() => {
        waited = performance.now() - began;
      });
    };
    const merged = mergeMetrics([source('eu', []), { name: 'us', port: { list: late, query: late } }], {
      timeoutMs: 400,
    });
    await merged.list({ match: '', service: null, limit: 1 }, signal);
    expect(waited).toBeGreaterThan(350);
    await merged.list({ match: '', service: null, limit: 1 }, signal);
    expect(waited).toBeLessThan(200);
  });

  it('of a source that has no such metric are none, of one that refuses what it has are missing', async () => {
    const refusal = lost('dd', 'bad_query', 'no metric is called up; there are down');
    const eu = source('eu', [series(() => 1)]);
    const without = await mergeMetrics([eu, source('dd', refusal, [infoOf('down')])]).query(asked, signal);
    expect(without.status === 'ok' && without.looks?.[1]).toMatchObject({ status: 'ok', found: 0 });
    expect(textOf(without)).toBe('');
    const refused = await mergeMetrics([eu, source('dd', refusal)]).query(asked, signal);
    expect(textOf(refused)).toContain('dd http://x could not be asked (bad_query)');
    const nobody = await mergeMetrics([source('a', refusal), source('b', refusal)]).query(asked, signal);
    expect(nobody).toMatchObject({ why: 'bad_query' });
  });

  it('are some of each source where not all are shown, however many one has', async () => {
    const many = Array.from({ length: 50 }, (_, at) => series((ago) => at * ago, { labels: { service: `s${at}` } }));
    const answer = await mergeMetrics([source('eu', many), source('us', [series(() => 7)])]).query(
      { ...asked, limit: 4 },
      signal,
    );
    expect(labelsOf(answer).map((labels) => labels.vigil_source)).toEqual(['eu', 'us', 'eu', 'eu']);
    expect(answer).toMatchObject({ truncated: true });
    expect(textOf(answer)).toContain('4 of 51 series are shown');
  });

  it('are listed once by name, with the labels of all and the first of each source', async () => {
    const eu = source('eu', [], [infoOf('a', { type: 'unknown' }), infoOf('b'), infoOf('c')]);
    const us = source(
      'us',
      [],
      [infoOf('z'), infoOf('a', { type: 'counter', unit: 's', labels: { service: ['mail'], pod: ['p'] } })],
    );
    const answer = await mergeMetrics([eu, us]).list({ match: '', service: null, limit: 3 }, signal);
    expect(answer).toMatchObject({
      ...{ status: 'ok', truncated: true },
      data: [
        { name: 'a', type: 'counter', unit: 's', series: 2, labels: { service: ['cart', 'mail'], pod: ['p'] } },
        { name: 'z' },
        { name: 'b' },
      ],
    });
  });
});

describe('two replicas of one Prometheus', () => {
  const merged = (one: Series, other: Series) => mergeMetrics([source('a', [one]), source('b', [other])]);
  const wave = (ago: number) => 100 + 20 * Math.sin(ago);

  it('are one series of both, which leads back to both', async () => {
    const pair = merged(
      series(wave),
      series((ago) => wave(ago) * 1.01),
    );
    const one = [{ service: 'cart', vigil_source: 'a, b' }];
    expect(labelsOf(await pair.query(asked, signal))).toEqual(one);
    expect(labelsOf(await pair.query({ ...asked, labels: { vigil_source: 'a, b' } }, signal))).toEqual(one);
    expect(labelsOf(await pair.query({ ...asked, groupBy: ['vigil_source'] }, signal))).toHaveLength(2);
  });

  it.each([
    ['the last point of one moves', series((ago) => (ago === 0 ? 300 : wave(ago)))],
    ['one has fallen silent', series(wave, { lastSampleAt: range.start })],
    ['one ends early', { ...series(wave), points: series(wave).points.slice(0, -1) }],
    ['one has gaps', { ...series(wave), points: series(wave).points.filter((_, at) => at % 4 !== 1) }],
    ['the unit is another', series(wave, { unit: 'ms' })],
    ['the labels are others', series(wave, { labels: { service: 'mail' } })],
    ['one holds nothing', { ...series(wave), points: [] }],
  ])('are two when %s', async (_when, other) => {
    expect(labelsOf(await merged(series(wave), other).query(asked, signal))).toHaveLength(2);
  });
});
