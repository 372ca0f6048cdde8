import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath, selfTimes, type TimedSpan } from '../../../src/sre/stats/spans.ts';

const span = (id: string, parent: string | null, start: number, end: number): TimedSpan => ({ id, parent, start, end });
const at = (path: Map<string, number>) => Object.fromEntries([...path].filter(([, ms]) => ms > 0));

const request = [
  span('web', null, 0, 100),
  span('auth', 'web', 5, 15),
  span('cart', 'web', 20, 90),
  span('db', 'cart', 30, 85),
  span('cache', 'cart', 30, 40),
];

describe('self time', () => {
  test('is what is left without the children, side by side counted once', () => {
    expect(Object.fromEntries(selfTimes(request))).toEqual({ web: 20, auth: 10, cart: 15, db: 55, cache: 10 });
  });
  test('counts a child that outlives its caller, or whose clock is ahead, only within the caller', () => {
    const async = [span('web', null, 0, 100), span('mail', 'web', 90, 500), span('skewed', 'web', -50, 10)];
    expect(selfTimes(async).get('web')).toBe(80);
  });
});

describe('the critical path', () => {
  test('goes through the child that was waited for, not through the one beside it', () => {
    expect(at(criticalPath(request))).toEqual({ web: 20, auth: 10, cart: 15, db: 55 });
  });
  test('leaves out work that nobody waited for', () => {
    const later = [span('web', null, 0, 50), span('mail', 'web', 50, 400)];
    expect(at(criticalPath(later))).toEqual({ web: 50 });
  });
  test('of a child that outlives its caller ends where the caller ends', () => {
    expect(at(criticalPath([span('web', null, 0, 50), span('mail', 'web', 30, 400)]))).toEqual({ web: 30, mail: 20 });
  });
  test('begins at the longest root when callers are missing', () => {
    expect(at(criticalPath([span('a', 'lost', 0, 10), span('b', 'lost', 0, 90)]))).toEqual({ b: 90 });
  });
  test('survives a cycle, itself as parent, and no spans at all', () => {
    expect(criticalPath([]).size).toBe(0);
    expect(
      at(criticalPath([span('a', 'b', 0, 9), span('b', 'a', 0, 9), span('r', null, 0, 5), span('s', 's', 0, 4)])),
    ).toEqual({ r: 5 });
  });
  test('of a chain ten thousand calls deep does not overflow', () => {
    const deep = Array.from({ length: 10_000 }, (_unused, i) =>
      span(`s${i}`, i === 0 ? null : `s${i - 1}`, i, 30_000 - i),
    );
    const path = criticalPath(deep);
    expect([...path.values()].reduce((sum, ms) => sum + ms, 0)).toBe(30_000);
  });
  test('adds up to the duration of the root, whatever the children do', () => {
    const child = fc.record({ parent: fc.nat(9), start: fc.integer({ min: -20, max: 120 }), length: fc.nat(150) });
    fc.assert(
      fc.property(fc.array(child, { maxLength: 10 }), (children) => {
        const spans = [
          span('0', null, 0, 100),
          ...children.map(({ parent, start, length }, i) =>
            span(`${i + 1}`, `${Math.min(parent, i)}`, start, start + length),
          ),
        ];
        const path = criticalPath(spans);
        expect([...path.values()].reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(100, 6);
        for (const ms of path.values()) expect(ms).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
