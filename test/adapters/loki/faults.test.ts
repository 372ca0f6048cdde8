import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { lokiLogs } from '../../../src/adapters/loki/index.ts';
import type { LogLine } from '../../../src/sre/ports/logs.ts';
import { stubApi } from '../../kit/stub-api.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const signal = new AbortController().signal;
const range = { start: '2026-05-06T13:00:00Z', end: NOW.toISOString() };
const wanted = { service: null, text: '', regex: false, level: null, range };
type Answer = Awaited<ReturnType<Parameters<typeof stubApi>[0]>>;

function serverWith(lines: (path: string) => Answer) {
  return stubApi(({ path }) =>
    path.startsWith('/loki/api/v1/labels') ? { json: { status: 'success', data: ['service'] } } : lines(path),
  );
}
const logs = ({ url }: { url: string }) => lokiLogs({ url, now: () => NOW });

describe.each([
  ['forbidden', { status: 401, text: 'no org id' }, 'forbidden', 'no org id'],
  ['out of order', { status: 500, text: 'empty ring' }, 'unreachable', 'empty ring'],
  ['too slow by its own word', { status: 500, text: 'context deadline exceeded' }, 'timeout', 'deadline'],
  ['refusing the query', { status: 400, text: 'the query would read too many bytes' }, 'bad_query', 'too many bytes'],
  [
    'refusing for too long a time',
    { status: 400, text: 'the query time range exceeds the limit' },
    'bad_query',
    'limit',
  ],
  ['a page', { text: '<html>' }, 'malformed', 'not JSON'],
  ['something else', { json: { status: 'success', data: { resultType: 'matrix', result: [] } } }, 'malformed', 'form'],
])('a Loki that is %s', (_what, answer, why, words) => {
  it('is not silence: the answer says what happened', async () => {
    await using server = await serverWith(() => answer);
    const searched = await logs(server).search({ ...wanted, limit: 10, order: 'asc' }, signal);
    expect(searched).toMatchObject({ status: 'unavailable', why, source: `loki ${server.url}` });
    expect(searched.status === 'unavailable' && searched.detail).toContain(words);
    const scanned = await logs(server).scan({ ...wanted, maxLines: 10 }, signal);
    expect(scanned).toMatchObject({ status: 'unavailable', why });
  });
});

describe('a Loki in trouble', () => {
  it('that falls silent ends with the patience of the one who asks', async () => {
    await using server = await serverWith(() => (_never: ServerResponse) => {});
    const asking = logs(server).search({ ...wanted, limit: 10, order: 'asc' }, AbortSignal.timeout(300));
    await expect(asking).rejects.toThrow(/timeout|aborted/i);
  });

  it('that cannot count gives the lines and says that there may be more', async () => {
    const at = (index: number) => `${NOW.getTime() - index * 1000}000000`;
    const values = [at(3), at(2)].map((time) => [time, 'x']);
    await using server = await serverWith((path) =>
      path.startsWith('/loki/api/v1/query_range')
        ? { json: { status: 'success', data: { resultType: 'streams', result: [{ stream: {}, values }] } } }
        : { status: 400, text: 'too many series' },
    );
    const found = await logs(server).search({ ...wanted, limit: 2, order: 'asc' }, signal);
    expect(found).toMatchObject({ status: 'ok', truncated: true, data: { total: null } });
    expect(found.status === 'ok' && found.warnings.join()).toContain('too many series');
  });

  it('that fails on the way does not pass for a log that ended', async () => {
    let pages = 0;
    await using server = await serverWith((path) => {
      if (!path.startsWith('/loki/api/v1/query_range')) return { status: 500, text: 'no' };
      pages += 1;
      if (pages > 1) return { status: 500, text: 'gone' };
      const values = Array.from({ length: 2000 }, (_unused, index) => [`${NOW.getTime() - 9000 + index}000000`, 'x']);
      return { json: { status: 'success', data: { resultType: 'streams', result: [{ stream: {}, values }] } } };
    });
    const found = await logs(server).scan({ ...wanted, maxLines: 5000 }, signal);
    if (found.status !== 'ok') throw new Error(found.detail);
    const lines: LogLine[] = [];
    await expect(async () => {
      for await (const line of found.data) lines.push(line);
    }).rejects.toThrow('gone');
    expect(lines).toHaveLength(2000);
  });
});
