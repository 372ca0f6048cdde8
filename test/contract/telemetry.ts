/**
 * What every source of metrics and logs promises, as suites to be bound to an adapter. The sample below is loaded
 * into the source by the binder; all times are relative to its `now`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine, LogQuery, Logs } from '../../src/sre/ports/logs.ts';
import type { MetricQuery, Metrics } from '../../src/sre/ports/metrics.ts';

export interface TelemetrySample {
  now: Date;
  /** OpenMetrics with timestamps; reaches ten minutes beyond `now`. */
  openMetrics: string;
  /** Time order; reaches one minute beyond `now`. */
  logs: LogLine[];
}

const MINUTE = 60_000;

/** An hour of minutes: a counter with a reset, a gauge of two pods that stops early, a summary, a histogram. */
export function telemetrySample(now: Date): TelemetrySample {
  const minutes = Array.from({ length: 70 }, (_unused, index) => index - 59);
  const at = (minute: number) => (now.getTime() + minute * MINUTE) / 1000;
  const column = (series: string, value: (index: number) => number, last = 10) =>
    minutes.filter((minute) => minute <= last).map((minute) => `${series} ${value(minute + 59)} ${at(minute)}`);
  const reset = (index: number) => (index < 30 ? 1000 + 60 * index : 60 * (index - 29));
  const lines = [
    '# HELP requests Answered requests.\n# TYPE requests counter',
    ...column('requests_total{service="shop",status="200"}', reset),
    ...column('requests_total{service="shop",status="500"}', () => 7),
    '# HELP pool_in_use Connections handed out.\n# TYPE pool_in_use gauge',
    ...column('pool_in_use{service="shop",pod="a",zone="x"}', (index) => index),
    ...column('pool_in_use{service="shop",pod="b",zone="y"}', () => 3, -20),
    '# HELP took_seconds Response time.\n# TYPE took_seconds summary\n# UNIT took_seconds seconds',
    ...column('took_seconds{service="shop",quantile="0.5"}', () => 0.1),
    ...column('took_seconds{service="shop",quantile="0.99"}', () => 0.9),
    '# HELP size_bytes Answer size.\n# TYPE size_bytes histogram\n# UNIT size_bytes bytes',
    ...column('size_bytes_bucket{service="shop",le="100"}', (index) => 30 * index),
    ...column('size_bytes_bucket{service="shop",le="200"}', (index) => 60 * index),
    ...column('size_bytes_bucket{service="shop",le="+Inf"}', (index) => 60 * index),
    ...column('size_bytes_sum{service="shop"}', (index) => 6000 * index),
    ...column('size_bytes_count{service="shop"}', (index) => 60 * index),
    '# EOF',
  ];
  const logs = minutes
    .filter((minute) => minute <= 1)
    .map((minute) => ({
      time: new Date(now.getTime() + minute * MINUTE).toISOString(),
      service: minute % 2 === 0 ? 'shop' : 'mail',
      level: minute % 10 === 0 ? 'ERROR' : 'INFO',
      message: minute % 10 === 0 ? `could not reach (db) after ${minute + 100} ms` : 'all well',
      attributes: { pod: `p-${minute + 100}` },
    }));
  return { now, openMetrics: `${lines.join('\n')}\n`, logs };
}

type Opened<Port> = { port: Port; close(): Promise<void> };

const signal = new AbortController().signal;

export function metricsContract(
  name: string,
  now: Date,
  open: (sample: TelemetrySample) => Promise<Opened<Metrics>>,
  {
    rawCounter = 7,
  }: { /** Of one that stands at 7: its total, or what is added to it in a step. */ rawCounter?: 0 | 7 } = {},
): void {
  describe(`metrics from ${name}`, () => {
    let opened: Opened<Metrics>;
    beforeAll(async () => {
      opened = await open(telemetrySample(now));
    }, 60_000);
    afterAll(() => opened.close());

    const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE).toISOString();
    async function ask(query: Partial<MetricQuery> & { metric: string }) {
      const range = { start: ago(50), end: ago(0) };
      const rest = { labels: {}, range, stepSeconds: 60, groupBy: [], limit: 10 };
      return opened.port.query({ ...rest, as: 'auto', aggregate: 'none', ...query }, signal);
    }
    async function series(query: Partial<MetricQuery> & { metric: string }) {
      const answer = await ask(query);
      if (answer.status !== 'ok') throw new Error(answer.detail);
      return answer.data;
    }

    it('turns a counter into a rate per second that a restart does not bend', async () => {
      const [ok] = await series({ metric: 'requests_total', labels: { status: '200' } });
      expect(ok?.points.length).toBeGreaterThanOrEqual(49);
      for (const [, value] of ok?.points ?? []) expect(value).toBeCloseTo(1, 5);
    });

    it('gives a counter as it is when asked for raw values', async () => {
      const [errors] = await series({ metric: 'requests_total', labels: { status: '500' }, as: 'raw' });
      expect(new Set(errors?.points.map(([, value]) => value))).toEqual(new Set([rawCounter]));
    });

    it('leaves a gap where a series has no samples, and says when its last one was', async () => {
      const all = await series({ metric: 'pool_in_use' });
      const stopped = all.find(({ labels }) => labels.pod === 'b');
      expect(stopped?.lastSampleAt).toBe(ago(20));
      expect(stopped?.points.at(-1)?.[0]).toBeLessThanOrEqual(now.getTime() - 19 * MINUTE);
      expect(stopped?.points.every(([, value]) => value === 3)).toBe(true);
    });

    it('adds up by label', async () => {
      const range = { start: ago(30), end: ago(25) };
      const byZone = await series({ metric: 'pool_in_use', groupBy: ['zone'], aggregate: 'sum', range });
      expect(byZone.map(({ labels }) => labels).toSorted((a, b) => (String(a.zone) < String(b.zone) ? -1 : 1))).toEqual(
        [{ zone: 'x' }, { zone: 'y' }],
      );
      const [whole] = await series({ metric: 'pool_in_use', aggregate: 'sum', range });
      expect(whole?.points.at(-1)?.[1]).toBe(34 + 3);
      const [most] = await series({ metric: 'pool_in_use', aggregate: 'max', range });
      expect(most?.points.at(-1)?.[1]).toBe(34);
    });

    it('does not put quantiles of a summary together, and says which one it shows', async () => {
      const answer = await ask({ metric: 'took_seconds', aggregate: 'avg' });
      expect(answer.status === 'ok' && answer.data[0]?.points.every(([, value]) => value === 0.9)).toBe(true);
      expect(answer.status === 'ok' && answer.warnings.join()).toContain('0.99');
      const [median] = await series({ metric: 'took_seconds', labels: { quantile: '0.5' } });
      expect(median?.points[0]?.[1]).toBe(0.1);
      expect(median?.unit).toBe('seconds');
    });

    it('reads a quantile and the mean out of a histogram', async () => {
      const [median] = await series({ metric: 'size_bytes', labels: { quantile: '0.5' } });
      expect(median?.points.at(-1)?.[1]).toBeCloseTo(100, 3);
      const [high] = await series({ metric: 'size_bytes', labels: { quantile: '0.75' } });
      expect(high?.points.at(-1)?.[1]).toBeCloseTo(150, 3);
      const [mean] = await series({ metric: 'size_bytes' });
      expect(mean?.points.at(-1)?.[1]).toBeCloseTo(100, 3);
    });

    it('shows no more series than asked for and says that there are more', async () => {
      const answer = await ask({ metric: 'pool_in_use', limit: 1, range: { start: ago(50), end: ago(25) } });
      expect(answer).toMatchObject({ status: 'ok', truncated: true });
      expect(answer.status === 'ok' && answer.data).toHaveLength(1);
    });

    it('shows nothing later than now', async () => {
      const answer = await ask({
        metric: 'pool_in_use',
        range: { start: ago(5), end: ago(-10) },
        labels: { pod: 'a' },
      });
      if (answer.status !== 'ok') throw new Error(answer.detail);
      expect(answer.data[0]?.points.at(-1)?.[0]).toBeLessThanOrEqual(now.getTime());
      expect(answer.data[0]?.lastSampleAt).toBe(now.toISOString());
    });

    it('says that a metric does not exist, and which names come close', async () => {
      const answer = await ask({ metric: 'pool_in_usage' });
      expect(answer).toMatchObject({ status: 'unavailable', why: 'bad_query' });
      expect(answer.status === 'unavailable' && answer.detail).toContain('pool_in_use');
    });

    it('answers labels that fit nothing with an empty list and the values that exist', async () => {
      const answer = await ask({ metric: 'pool_in_use', labels: { pod: 'z' } });
      expect(answer).toMatchObject({ status: 'ok', data: [] });
      expect(answer.status === 'ok' && answer.warnings.join()).toContain('a | b');
    });

    it('refuses a range that ends before it starts', async () => {
      const answer = await ask({ metric: 'pool_in_use', range: { start: ago(1), end: ago(9) } });
      expect(answer).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    });

    it('lists metrics with type, unit, help and label values', async () => {
      const answer = await opened.port.list({ match: 'POOL', service: 'shop', limit: 10 }, signal);
      expect(answer).toMatchObject({ status: 'ok', truncated: false });
      expect(answer.status === 'ok' && answer.data).toMatchObject([
        { name: 'pool_in_use', type: 'gauge', help: 'Connections handed out.', series: 2, labels: { pod: ['a', 'b'] } },
      ]);
      const other = await opened.port.list({ match: '', service: 'nobody', limit: 10 }, signal);
      expect(other).toMatchObject({ status: 'ok', data: [] });
    });
  });
}

export function logsContract(name: string, now: Date, open: (sample: TelemetrySample) => Promise<Opened<Logs>>): void {
  describe(`logs from ${name}`, () => {
    let opened: Opened<Logs>;
    beforeAll(async () => {
      opened = await open(telemetrySample(now));
    }, 60_000);
    afterAll(() => opened.close());

    const ago = (minutes: number) => new Date(now.getTime() - minutes * MINUTE).toISOString();
    const query = (extra: Partial<LogQuery>): LogQuery => ({
      service: null,
      text: '',
      regex: false,
      level: null,
      range: { start: ago(49), end: ago(0) },
      limit: 100,
      order: 'asc',
      ...extra,
    });
    async function search(extra: Partial<LogQuery>) {
      const answer = await opened.port.search(query(extra), signal);
      if (answer.status !== 'ok') throw new Error(answer.detail);
      return answer;
    }

    it('finds text in any case, in the message and in the attributes', async () => {
      expect((await search({ text: 'COULD NOT reach (DB)' })).data.lines).toHaveLength(5);
      expect((await search({ text: 'p-99' })).data.lines).toMatchObject([{ time: ago(1), service: 'mail' }]);
    });

    it('finds by RE2 pattern, service and level', async () => {
      const found = await search({
        text: 'AFTER (6|7)0 MS$|AFTER \\d0 MS pod',
        regex: true,
        service: 'shop',
        level: 'error',
      });
      expect(found.data.lines.map(({ time }) => time)).toEqual([ago(40), ago(30), ago(20), ago(10)]);
    });

    it('answers a pattern that is none with the reason', async () => {
      for (const text of ['(', '(a)\\1', '(?=a)']) {
        const answer = await opened.port.search(query({ text, regex: true }), signal);
        expect(answer).toMatchObject({ status: 'unavailable', why: 'bad_query' });
      }
    });

    it('survives a pattern made to be slow', async () => {
      const started = Date.now();
      await search({ text: '(a+)+$(b|b)*c', regex: true });
      expect(Date.now() - started).toBeLessThan(2000);
    });

    it('counts all matches and gives the oldest or the newest of them', async () => {
      const oldest = await search({ limit: 2 });
      expect(oldest).toMatchObject({ truncated: true, data: { total: 50 } });
      expect(oldest.data.lines.map(({ time }) => time)).toEqual([ago(49), ago(48)]);
      const newest = await search({ limit: 2, order: 'desc' });
      expect(newest.data.lines.map(({ time }) => time)).toEqual([ago(0), ago(1)]);
    });

    it('shows nothing later than now', async () => {
      const late = await search({ range: { start: ago(2), end: ago(-30) } });
      expect(late.data.lines.map(({ time }) => time)).toEqual([ago(2), ago(1), ago(0)]);
      expect(late.range?.end).toBe(ago(0));
    });

    it('says when the newest line is of, of one service or of all, and that a time has none', async () => {
      const newest = async (service: string | null, from: number, to: number) =>
        opened.port.newest({ service, range: { start: ago(from), end: ago(to) } }, signal);
      expect(await newest(null, 49, -30)).toMatchObject({ status: 'ok', data: ago(0) });
      expect(await newest('mail', 49, 0)).toMatchObject({ data: ago(1) });
      expect(await newest('shop', 49, 9.5)).toMatchObject({ data: ago(10) });
      expect(await newest('shop', 9.8, 9.2)).toMatchObject({ status: 'ok', data: null });
      expect(await newest('nobody', 49, 0)).toMatchObject({ status: 'ok', data: null });
    });

    it('streams every match up to a bound', async () => {
      const answer = await opened.port.scan({ ...query({ service: 'shop' }), maxLines: 7 }, signal);
      if (answer.status !== 'ok') throw new Error(answer.detail);
      const lines: LogLine[] = [];
      for await (const line of answer.data) lines.push(line);
      expect(lines).toHaveLength(7);
      expect(lines[0]?.time).toBe(ago(48));
    });
  });
}
