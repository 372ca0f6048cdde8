import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteChangeLog } from '../../../src/adapters/sqlite/index.ts';
import type { Change } from '../../../src/sre/change.ts';
import type { ChangeLog } from '../../../src/sre/ports/change-log.ts';

const NOW = new Date('2026-05-06T14:00:00.000Z');
const range = { start: '2026-05-06T12:00:00Z', end: '2026-05-06T15:00:00Z' };
const all = { range, service: null, kinds: [], limit: 10 };
const signal = new AbortController().signal;
let dir: string;
let log: ChangeLog;
const open = () => sqliteChangeLog(join(dir, 'changes.db'), () => NOW);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'vigil-changes-'));
  log = await open();
});
afterEach(async () => {
  await log.close();
  rmSync(dir, { recursive: true, force: true });
});

function change(id: string, time: string, more: Partial<Change> = {}): Omit<Change, 'hasDiff'> {
  const { hasDiff: _none, ...rest } = more;
  return {
    ...{ id, time, kind: 'deploy' as const, service: 'shop', actor: 'ann', title: id, ref: 'c0ffee1' },
    ...rest,
  };
}
async function ids(query: Partial<Parameters<ChangeLog['list']>[0]> = {}) {
  const answer = await log.list({ ...all, ...query }, signal);
  if (answer.status !== 'ok') throw new Error(answer.detail);
  return answer.data.map(({ id }) => id);
}

describe('reported changes', () => {
  test('nobody having reported any is not the same as nothing having changed', async () => {
    expect(await log.list(all, signal)).toMatchObject({ status: 'unavailable', why: 'not_configured' });
    await log.record(change('old', '2026-05-01T00:00:00.000Z'), null);
    expect(await log.list(all, signal)).toMatchObject({ status: 'ok', data: [], warnings: [expect.any(String)] });
  });

  test('are listed newest first by time, service and kind, and none of the future', async () => {
    await log.record(change('a', '2026-05-06T12:30:00.000Z'), null);
    await log.record(change('c', '2026-05-06T13:30:00.000Z', { kind: 'flag', service: null }), null);
    await log.record(change('b', '2026-05-06T13:00:00.000Z', { kind: 'config' }), null);
    await log.record(change('later', '2026-05-06T14:00:00.001Z'), null);
    expect(await ids()).toEqual(['c', 'b', 'a']);
    expect(await ids({ service: 'shop' })).toEqual(['b', 'a']);
    expect(await ids({ kinds: ['flag', 'config'] })).toEqual(['c', 'b']);
    expect(await log.list({ ...all, limit: 2 }, signal)).toMatchObject({
      truncated: true,
      data: [{ id: 'c' }, { id: 'b' }],
    });
    expect(await log.list({ ...all, range: { start: range.end, end: range.start } }, signal)).toMatchObject({
      why: 'bad_query',
    });
  });

  test('say since when they have been reported', async () => {
    await log.record(change('a', '2026-05-06T12:30:00.000Z'), null);
    const answer = await log.list(all, signal);
    expect(answer.status === 'ok' && answer.warnings.join()).toContain('2026-05-06T12:30:00.000Z');
  });

  test('are kept once by their id, with the diff, over a restart', async () => {
    expect(await log.record(change('a', '2026-05-06T12:30:00.000Z'), 'diff --git a/x b/x\n')).toBe(true);
    expect(await log.record(change('a', '2026-05-06T13:30:00.000Z', { title: 'other' }), null)).toBe(false);
    await log.close();
    log = await open();
    expect(await log.diff('a', signal)).toMatchObject({
      status: 'ok',
      data: { change: { title: 'a', hasDiff: true, ref: 'c0ffee1' }, diff: 'diff --git a/x b/x\n' },
    });
    expect(await log.diff('b', signal)).toMatchObject({ status: 'unavailable', why: 'bad_query' });
  });
});
