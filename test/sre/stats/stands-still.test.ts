import { describe, expect, it } from 'vitest';
import { standsStillSince } from '../../../src/sre/stats/stands-still.ts';
import { noise } from '../../kit/small-world.ts';

const MINUTE = 60_000;
const series = (length: number, at: (i: number) => number): [number, number][] =>
  Array.from({ length }, (_, i) => [i * MINUTE, at(i)]);
const moving = (i: number) => 0.97 + 0.004 * noise(1, i);

describe('an instrument that stands still', () => {
  it('is found from the sample on that it repeats', () => {
    const frozen = series(200, (i) => (i < 180 ? moving(i) : 0.9701));
    expect(standsStillSince(frozen)).toBe(180 * MINUTE);
  });

  it('is not one that moves, has stood for a moment only, or has not been seen moving', () => {
    expect(standsStillSince(series(200, moving))).toBeNull();
    expect(standsStillSince(series(200, (i) => (i < 196 ? moving(i) : 0.9701)))).toBeNull();
    expect(standsStillSince(series(40, (i) => (i < 20 ? moving(i) : 0.9701)))).toBeNull();
    expect(standsStillSince(series(200, () => 3))).toBeNull();
  });

  it('is not one that often repeats itself: a count that is mostly the same', () => {
    const count = (i: number) => (i % 9 === 0 ? 4 : i % 9 === 4 ? 2 : 3);
    expect(standsStillSince(series(200, (i) => (i < 180 ? count(i) : 3)))).toBeNull();
    // Far longer than ever is another matter.
    expect(standsStillSince(series(200, (i) => (i < 120 ? count(i) : 3)))).toBe(118 * MINUTE);
  });

  it('is not one that is full, or at nothing', () => {
    const full = (i: number) => Math.min(20, 12 + i / 15 + noise(2, i));
    expect(standsStillSince(series(200, full))).toBeNull();
    expect(standsStillSince(series(200, (i) => (i < 150 ? 5 + noise(3, i) : 0)))).toBeNull();
  });
});
