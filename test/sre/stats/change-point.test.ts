import { describe, expect, it } from 'vitest';
import { changePoint } from '../../../src/sre/stats/change-point.ts';
import type { Point } from '../../../src/sre/stats/resets.ts';
import { segmentSlopes } from '../../../src/sre/stats/shape.ts';
import { processorSeconds } from '../../kit/processor-seconds.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 3, 10);

/** Deterministic noise of about one standard deviation. */
function noiseFrom(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => uniform() + uniform() + uniform() + uniform() - 2 + (uniform() + uniform() - 1);
}
function series(minutes: number, value: (minute: number) => number): Point[] {
  return Array.from({ length: minutes }, (_, i) => [START + i * MINUTE, value(i)] as const);
}
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

describe('the change point of a series', () => {
  it('finds a planted step within two samples, on every seed', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const found = changePoint(series(240, (m) => (m < 150 ? 100 : 180) + 5 * noise()));
      expect(found?.kind).toBe('level');
      expect(Math.abs((found?.at ?? 0) - (START + 150 * MINUTE))).toBeLessThanOrEqual(2 * MINUTE);
    }
  });

  it('puts a step between the two samples it lies between, wherever that is, and says so', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const truth = 150 + seed / 21;
      const found = changePoint(series(240, (m) => (m < truth ? 100 : 180) + 5 * noise()));
      expect(Math.abs((found?.at ?? 0) - (START + truth * MINUTE))).toBeLessThanOrEqual(MINUTE / 2);
      expect(found?.plusMinus).toBe(MINUTE);
    }
  });

  it('takes the foot of a rise that takes some minutes, not its middle', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const truth = 150 + seed / 21;
      const risen = (m: number): number => Math.min(1, Math.max(0, (m - truth) / 6));
      const found = changePoint(series(240, (m) => 100 + 300 * risen(m) + 5 * noise()));
      expect(found?.kind).toBe('level');
      expect(Math.abs((found?.at ?? 0) - (START + truth * MINUTE))).toBeLessThanOrEqual(1.5 * MINUTE);
    }
  });

  it('finds where a slope begins between two samples that are far apart, when the noise is small', () => {
    const quarters = (truth: number, noise: () => number): Point[] =>
      Array.from({ length: 1300 }, (_, i) => {
        const hours = i / 4;
        return [START + hours * 60 * MINUTE, 7 + 0.8 * Math.max(0, hours - truth) + 0.02 * noise()] as const;
      });
    for (const seed of seeds) {
      const truth = 190 + seed / 20;
      const found = changePoint(quarters(truth, noiseFrom(seed)));
      const off = Math.abs((found?.at ?? 0) - (START + truth * 60 * MINUTE));
      expect(off).toBeLessThanOrEqual(2 * MINUTE);
      expect(found?.plusMinus).toBeLessThanOrEqual(5 * MINUTE);
    }
  });

  it('does not put the beginning of a rise that flattens later before samples that do not show it', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const truth = 349 + seed / 21;
      const found = changePoint(
        series(362, (m) => 1 + (m > truth ? 6 * (1 - Math.exp((truth - m) / 4)) : 0) + 0.03 * noise()),
      );
      expect(Math.abs((found?.at ?? 0) - (START + truth * MINUTE))).toBeLessThanOrEqual(MINUTE);
    }
  });

  it('says honestly how well the beginning of a slope is known', () => {
    const held = seeds.filter((seed) => {
      const noise = noiseFrom(seed);
      const found = changePoint(series(360, (m) => 24 + (m > 120 ? 0.5 * (m - 120) : 0) + 2 * noise()));
      return Math.abs((found?.at ?? 0) - (START + 120 * MINUTE)) <= (found?.plusMinus ?? 0);
    });
    expect(held.length).toBe(20);
  });

  it('finds the start of a planted leak, not its loud end', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const found = changePoint(series(360, (m) => 24 + (m > 120 ? 0.5 * (m - 120) : 0) + 2 * noise()));
      expect(found?.kind).toBe('slope');
      expect(Math.abs((found?.at ?? 0) - (START + 120 * MINUTE)) / MINUTE).toBeLessThanOrEqual(10);
      expect(found?.perHour).toBeGreaterThan(25);
      expect(found?.perHour).toBeLessThan(35);
    }
  });

  it('keeps the slope of a leak that a restart empties, and its first start', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const points = series(360, (m) => {
        const since = m < 175 ? 0 : m < 230 ? m - 175 : m - 230;
        return 24 + 0.9 * since + 2 * noise();
      });
      const found = changePoint(points);
      expect(found?.kind).toBe('slope');
      expect(found?.resets).toHaveLength(1);
      expect(Math.abs((found?.resets[0] ?? 0) - (START + 230 * MINUTE)) / MINUTE).toBeLessThanOrEqual(2);
      expect(Math.abs((found?.at ?? 0) - (START + 175 * MINUTE)) / MINUTE).toBeLessThanOrEqual(8);
      const slopes = segmentSlopes(points, found?.resets ?? [], found?.at ?? 0);
      expect(slopes).toHaveLength(2);
      for (const slope of slopes) expect(slope.perHour).toBeGreaterThan(40);
    }
  });

  it('tells of what went back to its level and left it again the later departure, and of what is back for good the first', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      const away = (m: number): boolean => (m >= 60 && m < 130) || m >= 340;
      const again = changePoint(series(360, (m) => (away(m) ? 180 : 100) + 5 * noise()));
      expect(Math.abs((again?.at ?? 0) - (START + 339.5 * MINUTE))).toBeLessThanOrEqual(MINUTE);
      const up = (m: number): number => (m < 300 || m >= 330 ? 0 : m === 300 ? 0.5 : 1);
      const over = changePoint(series(360, (m) => 100 + 80 * up(m) + 5 * noise()));
      expect(Math.abs((over?.at ?? 0) - (START + 299.5 * MINUTE))).toBeLessThanOrEqual(MINUTE);
      expect(over?.resets).toEqual([]);
    }
  });

  it('says nothing of pure noise, of a constant, of a lone spike', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      expect(changePoint(series(300, () => 100 + 10 * noise()))).toBeNull();
      expect(changePoint(series(300, (m) => (m === 140 ? 900 : 100) + noise()))).toBeNull();
    }
    expect(changePoint(series(300, () => 7))).toBeNull();
    expect(changePoint([])).toBeNull();
  });

  it('reads 20,000 samples in under two seconds of processor', () => {
    const noise = noiseFrom(1);
    const began = processorSeconds();
    changePoint(series(20_000, (m) => m / 100 + noise()));
    expect(processorSeconds() - began).toBeLessThan(2);
  });
});
