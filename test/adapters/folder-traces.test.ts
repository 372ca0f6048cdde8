import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderTraces } from '../../src/adapters/folder/traces.ts';

const NOW = Date.parse('2026-05-06T14:00:00Z');
const signal = new AbortController().signal;
const range = { start: '2026-05-06T13:00:00Z', end: '2026-05-06T15:00:00Z' };
const query = { service: 'db', operation: null, range, minDurationMs: null, errorsOnly: false, limit: 10 };
const span = (id: string, time: string, over: object = {}) => ({
  id,
  service: 'db',
  operation: 'get',
  time,
  duration_ms: 5,
  ...over,
});

function placeOf(traces?: object[]) {
  const dir = mkdtempSync(join(tmpdir(), 'vigil-traces-'));
  if (traces !== undefined) writeFileSync(join(dir, 'traces.json'), JSON.stringify({ traces }));
  return { source: 'world t', dir, now: NOW };
}

test('traces of a world are found by service, time, duration and error, newest first, none later than its now', async () => {
  const traces = await folderTraces(
    placeOf([
      { id: 'a', spans: [span('1', '2026-05-06T13:10:00Z')] },
      { id: 'b', spans: [span('2', '2026-05-06T13:20:00Z', { error: true, duration_ms: 90 })] },
      { id: 'late', spans: [span('3', '2026-05-06T14:10:00Z')] },
      { id: 'web', spans: [span('4', '2026-05-06T13:30:00Z', { service: 'web' })] },
    ]),
  );
  const ids = async (over: object) => {
    const answer = await traces.search({ ...query, ...over }, signal);
    return answer.status === 'ok' ? [answer.truncated, ...answer.data.map(({ id }) => id)] : answer;
  };
  expect(await ids({})).toEqual([false, 'b', 'a']);
  expect(await ids({ limit: 1 })).toEqual([true, 'b']);
  const newest = async (service: string | null) => traces.newest({ service, range }, signal);
  expect(await newest(null)).toMatchObject({ data: '2026-05-06T13:30:00.000Z' });
  expect(await newest('db')).toMatchObject({ data: '2026-05-06T13:20:00.000Z' });
  expect(await ids({ minDurationMs: 50 })).toEqual([false, 'b']);
  expect(await ids({ errorsOnly: true })).toEqual([false, 'b']);
  expect(await traces.get('a', signal)).toMatchObject({
    status: 'ok',
    data: { spans: [{ durationMs: 5, parent: null }] },
  });
  expect(await traces.get('late', signal)).toMatchObject({ status: 'ok', data: null });
});

test('a world without traces could not be looked at; a damaged file is named', async () => {
  const none = await folderTraces(placeOf());
  expect(await none.search(query, signal)).toMatchObject({ status: 'unavailable', why: 'not_configured' });
  await expect(folderTraces(placeOf([{ id: 'a', spans: [] }]))).rejects.toThrow(/traces\.json/);
});
