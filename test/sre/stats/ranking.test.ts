import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute, timeFit } from '../../../src/sre/stats/attribute.ts';
import { compare } from '../../../src/sre/stats/compare.ts';
import { deepestAnomalous, reach, reverse } from '../../../src/sre/stats/graph-walk.ts';
import { onsetOf } from '../../../src/sre/stats/onset.ts';
import { fuse } from '../../../src/sre/stats/rank.ts';
import { robustScale, summarise } from '../../../src/sre/stats/scale.ts';

const MINUTE = 60_000;
const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 60 });

describe('scale and comparison', () => {
  it('moving and stretching all values moves and stretches the comparison alike', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.double({ min: 0.5, max: 50, noNaN: true }), (before, after, factor) => {
        const floors = { absolute: 1, relative: 0 };
        const plain = compare(before, after, floors);
        const scaled = compare(
          before.map((value) => value * factor),
          after.map((value) => value * factor),
          { absolute: factor, relative: 0 },
        );
        expect(scaled?.shiftScore).toBeCloseTo(plain?.shiftScore ?? Number.NaN, 5);
        // Not its sign: values that differ in their last digit only may be the same after stretching.
        expect(scaled?.delta).toBeCloseTo((plain?.delta ?? Number.NaN) * factor, 5);
      }),
    );
  });

  it('one wild value does not change the scale by more than its neighbours allow', () => {
    const quiet = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(robustScale([...quiet, 1e9])).toBeLessThan(2 * robustScale(quiet));
    expect(summarise([Number.NaN])).toBeNull();
    expect(compare([1, 2], [3, 4, 5])).toBeNull();
  });
});

describe('fused ranking', () => {
  it('puts first what is first in every ranking, whatever the scores mean', () => {
    const fused = fuse([
      [
        { name: 'a', score: 1e9 },
        { name: 'b', score: 3 },
      ],
      [
        { name: 'b', score: 0.1 },
        { name: 'a', score: 0.2 },
      ],
    ]);
    expect(fused.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('the walk over calls', () => {
  const calls = new Map([
    ['edge', ['web']],
    ['web', ['shop', 'search']],
    ['shop', ['db', 'tax']],
    ['db', ['shop']],
  ]);

  it('ends at the deepest anomalous service whose path is anomalous, cycles or not', () => {
    expect(deepestAnomalous('edge', calls, new Set(['web', 'shop', 'search']))).toEqual(['search', 'shop']);
    expect(deepestAnomalous('edge', calls, new Set(['tax']))).toEqual(['edge']);
    expect(deepestAnomalous('shop', calls, new Set(['db', 'shop']))).toEqual(['shop']);
  });

  it('knows distances down and callers up', () => {
    expect(reach('edge', calls).get('tax')).toBe(3);
    expect(reverse(calls).get('shop')).toEqual(['web', 'db']);
  });
});

describe('onset', () => {
  it('is the first clear relevant sign, and never a vague earlier one', () => {
    const onset = onsetOf([
      { id: 'latency', at: 180 * MINUTE, plusMinus: MINUTE, confidence: 1, relevance: 1 },
      { id: 'pool', at: 20 * MINUTE, plusMinus: 3 * MINUTE, confidence: 0.9, relevance: 0.95 },
      { id: 'sessions', at: 22 * MINUTE, plusMinus: 3 * MINUTE, confidence: 0.8, relevance: 0.8 },
      { id: 'drift', at: 2 * MINUTE, plusMinus: MINUTE, confidence: 0.4, relevance: 0.8 },
    ]);
    expect(onset?.signs).toEqual(['pool', 'sessions']);
    expect(onset?.at).toBe(20 * MINUTE);
    expect(onsetOf([])).toBeNull();
  });

  it('is told by the sharpest sign within what the first may be off, by none outside of it, and by none that is hardly sharper', () => {
    const slope = { id: 'used', at: 100 * MINUTE, plusMinus: 9 * MINUTE, confidence: 0.9, relevance: 1 };
    const step = { id: 'log', at: 104 * MINUTE, plusMinus: MINUTE, confidence: 0.9, relevance: 0.8 };
    expect(onsetOf([slope, step])).toMatchObject({ at: 104 * MINUTE, plusMinus: MINUTE, signs: ['used', 'log'] });
    const first = { ...step, at: 100 * MINUTE };
    const alike = { ...step, id: 'locks', at: 100.9 * MINUTE, plusMinus: 0.7 * MINUTE };
    expect(onsetOf([first, alike])).toMatchObject({ at: 100 * MINUTE, signs: ['log', 'locks'] });
    const later = { ...step, at: 111 * MINUTE };
    expect(onsetOf([slope, later])).toMatchObject({ at: 100 * MINUTE, plusMinus: 9 * MINUTE, signs: ['used'] });
  });

  it('lies between signs whose doubts overlap where none is known to within minutes, nearest to the sharpest', () => {
    const first = { id: 'pool', at: 100 * MINUTE, plusMinus: 5 * MINUTE, confidence: 1, relevance: 1 };
    const second = { ...first, id: 'sessions', at: 106 * MINUTE, plusMinus: 3 * MINUTE };
    const onset = onsetOf([first, second]);
    expect((onset?.at ?? 0) / MINUTE).toBeCloseTo(104.4, 1);
    expect((onset?.plusMinus ?? 0) / MINUTE).toBeCloseTo(2.6, 1);
  });

  it('is confirmed by signs some minutes later, however sharp they are', () => {
    const first = { id: 'pool', at: 100 * MINUTE, plusMinus: MINUTE, confidence: 0.9, relevance: 1 };
    const second = { ...first, id: 'latency', at: 103 * MINUTE };
    expect(onsetOf([first, second])).toMatchObject({ at: 100 * MINUTE, signs: ['pool', 'latency'] });
    expect(onsetOf([first, { ...second, at: 104 * MINUTE }])?.signs).toEqual(['pool']);
  });
});

describe('attribution', () => {
  const base = { nearness: 1, touch: 0.5, weight: 1 };

  it('prefers the change just before the onset to a later one nearer the alert', () => {
    const ranked = attribute({ at: 60 * MINUTE, plusMinus: 3 * MINUTE }, [
      { ...base, id: 'later', time: 115 * MINUTE, touch: 1 },
      { ...base, id: 'cause', time: 57 * MINUTE },
      { ...base, id: 'yesterday', time: -1000 * MINUTE, touch: 1 },
    ]);
    expect(ranked[0]?.id).toBe('cause');
    expect(ranked.find((one) => one.id === 'later')?.score).toBe(0);
  });

  it('answers "none" when nothing fits in time or place', () => {
    const onset = { at: 600 * MINUTE, plusMinus: 3 * MINUTE };
    expect(attribute(onset, [])[0]?.id).toBeNull();
    expect(attribute(onset, [{ ...base, id: 'elsewhere', time: 599 * MINUTE, nearness: 0 }])[0]?.id).toBeNull();
    expect(attribute(onset, [{ ...base, id: 'old', time: 0 }])[0]?.id).toBeNull();
  });

  it('gives shares that add up to one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 20 }), (times) => {
        const ranked = attribute(
          { at: 0, plusMinus: MINUTE },
          times.map((time, i) => ({ ...base, id: `c${i}`, time: time * MINUTE })),
        );
        expect(ranked.reduce((sum, one) => sum + one.score, 0)).toBeCloseTo(1, 9);
      }),
    );
    expect(timeFit(2 * MINUTE, 0)).toBe(1);
    expect(timeFit(-10 * MINUTE, 0)).toBe(0);
    // A bend known to ten minutes may be seen before its cause; one known to the minute may not.
    expect(timeFit(-12 * MINUTE, 10 * MINUTE)).toBeGreaterThan(0.3);
    expect(timeFit(-20 * MINUTE, 10 * MINUTE)).toBe(0);
  });
});
