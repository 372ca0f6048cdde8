import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/sre/change.ts';
import { mergeChanges } from '../../../src/sre/merging/merge-changes.ts';
import type { Answer, Unavailable } from '../../../src/sre/ports/answer.ts';
import type { Changes } from '../../../src/sre/ports/changes.ts';
import { tool as recent } from '../../../tools/get-recent-changes.ts';
import { toolWorld } from '../../kit/investigate.ts';
import { smallWorld } from '../../kit/small-world.ts';

const COMMIT = 'c0ffee1'.padEnd(40, '0');
const range = { start: '2026-05-06T12:00:00.000Z', end: '2026-05-06T13:00:00.000Z' };
const all = { range, service: null, kinds: [], limit: 10 };
const signal = new AbortController().signal;

function change(id: string, over: Partial<Change> = {}): Change {
  const time = '2026-05-06T12:10:00.000Z';
  return { id, kind: 'deploy', service: 'cart', time, actor: '', title: id, ref: COMMIT, hasDiff: false, ...over };
}
const ok = <Data>(source: string, data: Data, over: object = {}): Answer<Data> => ({
  ...{ status: 'ok', source, data, range, truncated: false, warnings: [], url: null },
  ...over,
});
const lost = (source: string, why: Unavailable['why']): Unavailable => ({
  ...{ status: 'unavailable', source, why },
  detail: `${source} is away`,
});

function source(name: string, found: Change[] | Unavailable, diffs: Record<string, string | null> = {}) {
  const changes: Changes = {
    list: async () => (Array.isArray(found) ? ok(name, found) : found),
    diff: async (id) => {
      if (!Array.isArray(found)) return found;
      const one = found.find((each) => each.id === id) ?? (id in diffs ? change(id) : undefined);
      return one === undefined ? lost(name, 'bad_query') : ok(name, { change: one, diff: diffs[id] ?? null });
    },
  };
  return { name, port: changes };
}

describe('a list from several sources', () => {
  it('holds what the others found when one cannot be asked, and says which and why', async () => {
    const merged = mergeChanges([source('argo', [change('a')]), source('github', lost('github', 'forbidden'))]);
    const answer = await merged.list(all, signal);
    expect(answer).toMatchObject({ status: 'ok', source: 'argo', data: [{ id: 'a' }] });
    expect(answer.status === 'ok' && answer.looks).toEqual([
      { status: 'ok', source: 'argo', found: 1, truncated: false },
      lost('github', 'forbidden'),
    ]);
    expect(answer.status === 'ok' && answer.warnings.join(' ')).toContain('github could not be asked (forbidden)');
  });

  it('of nothing is an answer when one could look, and none when nobody could', async () => {
    const away = source('github', lost('github', 'unreachable'));
    expect(await mergeChanges([away, source('argo', [])]).list(all, signal)).toMatchObject({ status: 'ok', data: [] });
    const unheard = source('reported', lost('reported', 'not_configured'));
    expect(await mergeChanges([unheard, away]).list(all, signal)).toMatchObject({
      ...{ status: 'unavailable', why: 'unreachable', source: 'reported, github' },
      detail: 'reported: reported is away; github: github is away',
    });
  });

  it('does not wait for one that is silent, but ends with the one who asks', async () => {
    const silent = (_: unknown, until: AbortSignal) =>
      new Promise<never>((_resolve, reject) => until.addEventListener('abort', () => reject(until.reason)));
    const sources = [source('argo', [change('a')]), { name: 'slow', port: { list: silent, diff: silent } }];
    const answer = await mergeChanges(sources, { timeoutMs: 50 }).list(all, signal);
    expect(answer.status === 'ok' && answer.looks?.[1]).toMatchObject({ source: 'slow', why: 'timeout' });
    await expect(mergeChanges(sources).list(all, AbortSignal.timeout(50))).rejects.toThrow(/timeout/i);
  });

  it('of one service keeps what another source knows of its commit, and counts what is left out', async () => {
    const github = source('github', [
      change('g', { service: null, hasDiff: true }),
      change('h', { service: null, ref: null }),
    ]);
    const merged = mergeChanges([source('argo', [change('a')]), github]);
    const answer = await merged.list({ ...all, service: 'cart' }, signal);
    expect(answer).toMatchObject({ status: 'ok', data: [{ id: 'g', service: 'cart', hasDiff: true }] });
    expect(answer.status === 'ok' && answer.warnings).toEqual([
      expect.stringContaining('1 changes of other or unknown'),
    ]);
  });

  it('is shown to the model with each source, found apart from could not look', async () => {
    const sources = [
      source('argo', [change('a')]),
      source('github', [change('g')]),
      source('k8s', lost('k8s', 'timeout')),
    ];
    const small = smallWorld({
      alert: { name: 'Slow', service: 'cart', summary: '' },
      series: [],
      changes: [],
      graph: {},
    });
    if (recent.effect !== 'read') throw new Error('it reads');
    const result = await recent.run({ kinds: [], limit: 9 }, { ...toolWorld(small), changes: mergeChanges(sources) });
    expect(result.ok && result.data).toMatchObject({
      changes: [{ id: 'a', told_by: [{ source: 'argo' }, { source: 'github' }] }],
      sources: [
        { source: 'argo', status: 'ok', found: 1, complete: true },
        { source: 'github', status: 'ok', found: 1, complete: true },
        { source: 'k8s', status: 'unavailable', why: 'timeout' },
      ],
    });
  });
});

describe('a diff from several sources', () => {
  it('comes from the one that knows the id, else from one that knows its commit, which is said', async () => {
    const github = source('github', [change('g', { hasDiff: true })], { g: 'deploy', [COMMIT]: 'commit' });
    const merged = mergeChanges([source('argo', [change('a')]), github]);
    expect(await merged.diff('g', signal)).toMatchObject({ status: 'ok', source: 'github', data: { diff: 'deploy' } });
    const other = await merged.diff('a', signal);
    expect(other).toMatchObject({
      status: 'ok',
      source: 'argo, github',
      data: { change: { id: 'a' }, diff: 'commit' },
    });
    expect(other.status === 'ok' && other.warnings.join(' ')).toContain('of commit c0ffee100000 alone');
  });

  it('of an unknown id is a wrong question only when every source could look', async () => {
    const argo = source('argo', [change('a')]);
    expect(await mergeChanges([argo]).diff('x', signal)).toMatchObject({ why: 'bad_query' });
    const away = source('github', lost('github', 'unreachable'));
    expect(await mergeChanges([argo, away]).diff('x', signal)).toMatchObject({ why: 'unreachable' });
  });
});
