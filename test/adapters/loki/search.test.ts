import { describe, expect, it } from 'vitest';
import { lokiLogs } from '../../../src/adapters/loki/index.ts';
import type { LogLine, LogQuery } from '../../../src/sre/ports/logs.ts';
import { type FakeLoki, fakeLoki, type Pushed } from '../../kit/fake-loki.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const signal = new AbortController().signal;
const ns = (secondsAgo: number) => `${NOW.getTime() - secondsAgo * 1000}000000`;
const query = (extra: Partial<LogQuery> = {}): LogQuery => ({
  service: null,
  text: '',
  regex: false,
  level: null,
  range: { start: '2026-05-06T13:00:00Z', end: NOW.toISOString() },
  limit: 100,
  order: 'asc',
  ...extra,
});

async function holding(streams: Pushed[], options: Parameters<typeof fakeLoki>[0] = {}): Promise<FakeLoki> {
  const loki = await fakeLoki(options);
  await loki.push(streams);
  return loki;
}

async function found(loki: FakeLoki, extra: Partial<LogQuery> = {}) {
  const answer = await lokiLogs({ url: loki.url, now: () => NOW }).search(query(extra), signal);
  if (answer.status !== 'ok') throw new Error(answer.detail);
  return answer;
}

async function scanned(loki: FakeLoki, maxLines: number) {
  const answer = await lokiLogs({ url: loki.url, now: () => NOW }).scan({ ...query(), maxLines }, signal);
  if (answer.status !== 'ok') throw new Error(answer.detail);
  const lines: LogLine[] = [];
  for await (const line of answer.data) lines.push(line);
  return { ...answer, lines };
}

describe('lines of Loki', () => {
  it.each(['service', 'service_name', 'app'])('finds the service under the label %s', async (label) => {
    await using loki = await holding([
      { stream: { [label]: 'shop', pod: 'a' }, values: [[ns(9), 'one']] },
      { stream: { [label]: 'mail' }, values: [[ns(8), 'two']] },
    ]);
    expect((await found(loki, { service: 'shop' })).data.lines).toMatchObject([
      { service: 'shop', message: 'one', attributes: { pod: 'a' } },
    ]);
    expect((await found(loki)).data.lines.map(({ service }) => service)).toEqual(['shop', 'mail']);
  });

  it('says which services there are when the one asked for has no lines', async () => {
    await using loki = await holding([{ stream: { app: 'shop' }, values: [[ns(9), 'one']] }]);
    const answer = await found(loki, { service: 'shpo' });
    expect(answer.data).toEqual({ lines: [], total: 0 });
    expect(answer.warnings.join()).toContain('app: shop');
  });

  it('says what to set when no label names services', async () => {
    await using loki = await holding([{ stream: { filename: '/var/log/x' }, values: [[ns(9), 'one']] }]);
    const answer = await lokiLogs({ url: loki.url, now: () => NOW }).search(query({ service: 'shop' }), signal);
    expect(answer).toMatchObject({ status: 'unavailable', why: 'bad_query' });
    expect(answer.status === 'unavailable' && answer.detail).toMatch(/filename.*loki\.service_labels/);
    expect((await found(loki)).warnings.join()).toContain('only log streams with the label filename');
  });

  it('takes lines of JSON apart, structured metadata included', async () => {
    const line = JSON.stringify({ level: 'warn', msg: 'slow', order: 7, deep: { no: 1 } });
    await using loki = await holding([
      { stream: { app: 'shop' }, values: [[ns(9), line, { trace_id: 'abc', detected_level: 'warn' }]] },
    ]);
    expect((await found(loki)).data.lines).toEqual([
      {
        time: '2026-05-06T13:59:51.000Z',
        service: 'shop',
        level: 'warn',
        message: 'slow',
        attributes: { trace_id: 'abc', order: '7' },
      },
    ]);
  });

  it('finds levels under their other names, in labels and in structured metadata', async () => {
    await using loki = await holding([
      { stream: { app: 'a', level: 'err' }, values: [[ns(9), 'one']] },
      { stream: { app: 'b' }, values: [[ns(8), 'two', { detected_level: 'ERROR' }]] },
      { stream: { app: 'c', severity: 'info' }, values: [[ns(7), 'an error counter was reset']] },
    ]);
    const answer = await found(loki, { level: 'error' });
    expect(answer.data.lines.map(({ message }) => message)).toEqual(['one', 'two']);
    // Levels are told here, so that none means none.
    expect((await found(loki, { level: 'fatal' })).data.lines).toEqual([]);
  });

  it('looks for the word in the lines where none tells its level, and says so', async () => {
    await using loki = await holding([
      {
        stream: { app: 'a' },
        values: [
          [ns(9), 'level=error msg=down'],
          [ns(8), 'level=info msg=up'],
        ],
      },
    ]);
    const answer = await found(loki, { level: 'ERROR' });
    expect(answer.data.lines).toMatchObject([{ level: 'error', message: 'level=error msg=down' }]);
    expect(answer.warnings.join()).toContain('no level label');
  });

  it.each(['"} |= "', 'a" or b=~".+', '`', '\\', '\n', '{{.x}}', '(?i)', '\u{D800}'])(
    'sends %j as text and nothing else',
    async (odd) => {
      await using loki = await holding([
        { stream: { app: 'a' }, values: [[ns(9), `x${odd.replace('\u{D800}', '\u{FFFD}')}y`]] },
        { stream: { app: 'b' }, values: [[ns(8), 'other']] },
      ]);
      expect((await found(loki, { text: odd })).data.lines).toHaveLength(1);
      expect((await found(loki, { service: odd })).data.lines).toEqual([]);
      expect((await found(loki, { level: odd })).data.lines.length).toBeLessThanOrEqual(1);
    },
  );

  it('turns pages in both directions and loses and repeats no line', async () => {
    const values = Array.from({ length: 4500 }, (_unused, index): [string, string] => [
      // Five lines share each moment, so that pages end in the middle of one.
      `${BigInt(ns(3000)) + BigInt(Math.floor(index / 5))}`,
      `line ${index}`,
    ]);
    await using loki = await holding([{ stream: { app: 'a' }, values }]);
    const all = await scanned(loki, 10_000);
    expect(new Set(all.lines.map(({ message }) => message)).size).toBe(4500);
    expect(all.lines).toHaveLength(4500);
    expect(all).toMatchObject({ truncated: false });
    const newest = await found(loki, { limit: 2503, order: 'desc' });
    expect(newest.data.total).toBe(4500);
    expect(new Set(newest.data.lines.map(({ message }) => message)).size).toBe(2503);
  });

  it('says how much of a large window it reads', async () => {
    const values = Array.from({ length: 300 }, (_unused, index): [string, string] => [ns(3000 - index), `l ${index}`]);
    await using loki = await holding([{ stream: { app: 'a' }, values }]);
    const part = await scanned(loki, 120);
    expect(part.lines).toHaveLength(120);
    expect(part).toMatchObject({ truncated: true });
    expect(part.warnings.join()).toContain('first 120 of 300');
  });

  it('asks for less at a time where the server allows less', async () => {
    const values = Array.from({ length: 900 }, (_unused, index): [string, string] => [ns(3000 - index), `l ${index}`]);
    await using loki = await holding([{ stream: { app: 'a' }, values }], { maxEntries: 300 });
    expect((await scanned(loki, 5000)).lines).toHaveLength(900);
  });

  it('names the tenant and the token, and no other secret shows', async () => {
    await using loki = await holding([{ stream: { app: 'a' }, values: [[ns(9), 'one']] }], { tenant: 'team' });
    const refused = await lokiLogs({ url: loki.url, now: () => NOW }).search(query(), signal);
    expect(refused).toMatchObject({ status: 'unavailable', why: 'forbidden' });
    const address = loki.url.replace('http://', 'http://user:s3cret@');
    const allowed = await lokiLogs({ url: address, tenant: 'team', now: () => NOW }).search(query(), signal);
    expect(allowed).toMatchObject({ status: 'ok', source: `loki ${loki.url}` });
    expect(JSON.stringify(allowed)).not.toContain('s3cret');
    expect(loki.asked.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('user:s3cret').toString('base64')}`);
    const bearer = lokiLogs({ url: loki.url, tenant: 'team', token: 't0ken', now: () => NOW });
    expect((await bearer.search(query(), signal)).status).toBe('ok');
    expect(loki.asked.at(-1)?.headers.authorization).toBe('Bearer t0ken');
  });

  it('an empty Loki is an empty answer that says that there is nothing at all', async () => {
    await using loki = await fakeLoki();
    const answer = await found(loki);
    expect(answer.data).toEqual({ lines: [], total: 0 });
    expect(answer.warnings.join()).toContain('no log streams at all');
    expect((await scanned(loki, 10)).lines).toEqual([]);
  });
});
