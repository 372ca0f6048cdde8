import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/sre/change.ts';
import { joinSame, type Reported } from '../../../src/sre/merging/same-change.ts';

const COMMIT = 'c0ffee1'.padEnd(40, '0');
const at = (minute: number) => new Date(Date.UTC(2026, 4, 6, 12, minute)).toISOString();

function told(source: string, minute: number, over: Partial<Change> = {}): Reported {
  const id = over.id ?? `${source}-${minute}`;
  const own = { id, kind: 'deploy' as const, service: 'cart', time: at(minute), actor: '', title: id };
  return { source, change: { ...own, ref: COMMIT, hasDiff: false, ...over } };
}
const ids = (reported: Reported[]) =>
  joinSame(reported).map(({ id, reports }) => [id, ...(reports ?? []).map(({ source }) => source)]);

describe('reports of the same change', () => {
  it('by commit are one: the one with a diff speaks, the earliest time counts, each source is named', () => {
    const github = told('github', 4, { hasDiff: true, service: null, ref: COMMIT, actor: 'ann' });
    const argo = told('argo', 2, { ref: COMMIT.slice(0, 12).toUpperCase() });
    const [one, ...others] = joinSame([github, argo]);
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      id: 'github-4',
      time: at(2),
      service: 'cart',
      actor: 'ann',
      hasDiff: true,
      ref: COMMIT,
    });
    expect(one?.reports).toEqual([
      { source: 'argo', id: 'argo-2', ref: COMMIT.slice(0, 12).toUpperCase(), title: 'argo-2' },
      { source: 'github', id: 'github-4', ref: COMMIT, title: 'github-4' },
    ]);
  });

  it('stay two when the commit is another, the service is another, or half an hour has passed', () => {
    expect(ids([told('a', 1), told('b', 2, { ref: 'deadbee' })])).toHaveLength(2);
    expect(ids([told('a', 1), told('b', 2, { service: 'web' })])).toHaveLength(2);
    expect(ids([told('a', 1), told('b', 32)])).toHaveLength(2);
    expect(ids([told('a', 1, { ref: 'v1' }), told('b', 20, { ref: 'v1' })])).toHaveLength(2);
  });

  it('of one source are never one: the same commit twice is two deploys', () => {
    expect(ids([told('a', 1), told('a', 3), told('b', 4)])).toEqual([['a-3'], ['a-1', 'a', 'b']]);
  });

  it('of two sources of one kind are never one: each cluster is deployed to by itself, and any of them was told of', () => {
    const [eu, us] = ['argocd eu https://eu', 'argocd us https://us'];
    expect(ids([told(eu, 1), told(us, 3), told('github acme/cart', 2)])).toEqual([
      [`${us}-3`],
      [`${eu}-1`, eu, 'github acme/cart'],
    ]);
  });

  it('go to the deploy of their own service first', () => {
    const whole = told('github', 3, { service: null });
    expect(ids([told('argo', 1, { service: 'web' }), told('argo', 2, { service: 'cart' }), whole])).toEqual([
      ['argo-2'],
      ['argo-1', 'argo', 'github'],
    ]);
    expect(ids([told('argo', 1, { service: 'web' }), told('argo', 2), told('github', 3)])).toEqual([
      ['argo-2', 'argo', 'github'],
      ['argo-1'],
    ]);
  });

  it('that were only merged wait for the deploy of their commit, and never date it back', () => {
    const merged = told('github', -300, { basis: 'released', hasDiff: true });
    const [one] = joinSame([merged, told('argo', 2)]);
    expect(one).toMatchObject({ time: at(2), hasDiff: true });
    expect(one).not.toHaveProperty('basis');
    expect(ids([told('argo', -10), told('github', 2, { basis: 'released' })])).toHaveLength(2);
    expect(joinSame([merged])[0]).toMatchObject({ basis: 'released' });
  });

  it('without a commit are one when they are deploys of one service within five minutes', () => {
    const rollout = (minute: number, over: Partial<Change> = {}) =>
      told('cluster', minute, { basis: 'rollout', ...over });
    expect(ids([told('argo', 1), rollout(3, { ref: null })])).toEqual([['argo-1', 'argo', 'cluster']]);
    expect(ids([told('argo', 1), rollout(3, { ref: 'deadbee' })])).toHaveLength(1);
    expect(ids([told('argo', 1), rollout(7, { ref: null })])).toHaveLength(2);
    expect(ids([told('argo', 1), rollout(3, { ref: null, kind: 'config' })])).toHaveLength(2);
    expect(ids([told('argo', 1, { service: null }), rollout(3, { ref: null, service: null })])).toHaveLength(2);
  });
});
