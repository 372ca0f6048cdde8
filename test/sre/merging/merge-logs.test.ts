import { describe, expect, it } from 'vitest';
import { mergeLogs } from '../../../src/sre/merging/merge-logs.ts';
import type { Answer, Unavailable } from '../../../src/sre/ports/answer.ts';
import type { LogLine, Logs } from '../../../src/sre/ports/logs.ts';
import { tool as searchLogs } from '../../../tools/search-logs.ts';
import { toolWorld } from '../../kit/investigate.ts';
import { lost, ok, range, signal, silent, textOf } from '../../kit/many-sources.ts';
import { NOW, smallWorld } from '../../kit/small-world.ts';

const query = { service: null, text: '', regex: false, level: null, range };
const search = { ...query, limit: 10, order: 'asc' as const };

const line = (minute: number, message: string): LogLine => ({
  ...{ time: `2026-05-06T12:${String(minute).padStart(2, '0')}:00.000Z`, service: 'cart', level: 'info', message },
  attributes: {},
});

/** Breaks after its lines when `breaks`. */
function source(name: string, lines: LogLine[] | Unavailable, { total = null as number | null, breaks = false } = {}) {
  const scans: number[] = [];
  async function* stream() {
    if (Array.isArray(lines)) yield* lines;
    if (breaks) throw new Error('cut off');
  }
  const port: Logs = {
    search: async ({ limit, order }) =>
      Array.isArray(lines)
        ? ok(name, {
            lines: (order === 'asc' ? lines : lines.toReversed()).slice(0, limit),
            total: total ?? lines.length,
          })
        : lines,
    scan: async ({ maxLines }) => {
      scans.push(maxLines);
      return Array.isArray(lines) ? ok(name, stream(), { warnings: [] }) : lines;
    },
    newest: async () => (Array.isArray(lines) ? ok(name, lines.at(-1)?.time ?? null) : lines),
  };
  return { name, port, scans };
}

async function read(answer: Answer<AsyncIterable<LogLine>>): Promise<string[]> {
  if (answer.status !== 'ok') return [answer.detail];
  const messages: string[] = [];
  for await (const { message, attributes } of answer.data) messages.push(`${attributes.vigil_source} ${message}`);
  return messages;
}

const eu = source('eu', [line(1, 'a'), line(5, 'b'), line(9, 'c')], { total: 40 });
const us = source('us', [line(2, 'x'), line(6, 'y')]);
const away = source('asia', lost('asia', 'unreachable'));

describe('logs of several sources', () => {
  it('of which there is one are that one', () => {
    expect(mergeLogs([eu])).toBe(eu.port);
  });

  it('are one list in order, as long as was asked for, counted together, without the one that is away', async () => {
    const answer = await mergeLogs([eu, us, away]).search({ ...search, limit: 4 }, signal);
    const told =
      answer.status === 'ok' && answer.data.lines.map(({ message, attributes }) => [attributes.vigil_source, message]);
    expect(told).toEqual([
      ['eu', 'a'],
      ['us', 'x'],
      ['eu', 'b'],
      ['us', 'y'],
    ]);
    expect(answer).toMatchObject({ data: { total: 42 }, truncated: true, source: 'eu http://x, us http://x' });
    expect(textOf(answer)).toContain('asia http://x could not be asked (unreachable)');
    const newestFirst = await mergeLogs([eu, us]).search({ ...search, limit: 2, order: 'desc' }, signal);
    expect(newestFirst.status === 'ok' && newestFirst.data.lines.map(({ message }) => message)).toEqual(['c', 'y']);
  });

  it('are read in order, a share of each, and one that breaks on the way is named then', async () => {
    const cut = source('cut', [line(3, '!')], { breaks: true });
    const answer = await mergeLogs([eu, us, cut, away]).scan({ ...query, maxLines: 400 }, signal);
    expect(await read(answer)).toEqual(['eu a', 'us x', 'cut !', 'eu b', 'us y', 'eu c']);
    expect(eu.scans.at(-1)).toBe(100);
    expect(answer.status === 'ok' && answer.looks).toMatchObject([
      { source: 'eu http://x', found: 3 },
      { source: 'us http://x', found: 2 },
      { source: 'cut http://x', why: 'malformed' },
      { source: 'asia http://x', why: 'unreachable' },
    ]);
    expect(textOf(answer)).toMatch(/cut off[\s\S]*cut http:\/\/x: its first 1 lines are here/);
  });

  it('can not be looked at only when none of them can', async () => {
    const slow = { name: 'slow', port: { search: silent, scan: silent, newest: silent } };
    const none = mergeLogs([away, slow], { timeoutMs: 30 });
    for (const answer of [await none.search(search, signal), await none.scan({ ...query, maxLines: 9 }, signal)])
      expect(answer).toMatchObject({
        status: 'unavailable',
        detail: expect.stringMatching(/asia .*; slow: no answer/),
      });
    expect(await mergeLogs([eu, slow], { timeoutMs: 30 }).newest(query, signal)).toMatchObject({
      data: line(9, '').time,
    });
  });

  it('are told of when one of them has stopped while the other goes on', async () => {
    const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();
    const steady = (from: number) =>
      Array.from({ length: 600 }, (_, at) => ({
        ...{ minutesAgo: from + 599 - at, service: 'cart', level: 'info', message: 'beat' },
      }));
    const world = (beats: ReturnType<typeof steady>) =>
      smallWorld({
        alert: { name: 'A', service: 'cart', summary: '' },
        series: [],
        changes: [],
        graph: {},
        logs: beats,
      });
    const logs = mergeLogs([
      { name: 'loki eu', port: world(steady(0)).logs },
      { name: 'loki us', port: world(steady(30)).logs },
    ]);
    if (searchLogs.effect !== 'read') throw new Error('it reads');
    const input = { mode: 'count' as const, text: '', regex: false, order: 'asc' as const, limit: 9 };
    const result = await searchLogs.run(input, { ...toolWorld(world([])), logs });
    expect(result.ok && result.data).toMatchObject({
      log: { is: 'current', late: [{ source: 'loki us', newest: ago(30) }] },
      ...{ total: 91, sources: [{ found: 60 }, { found: 31 }] },
    });
    expect(result.ok && result.warnings?.join()).toMatch(/loki us: no line of any service is newer than/);
  });
});
