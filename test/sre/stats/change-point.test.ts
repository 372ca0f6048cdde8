import { describe, expect, it } from 'vitest';
import { changePoint } from '../../../src/sre/stats/change-point.ts';
import type { Point } from '../../../src/sre/stats/resets.ts';
import { segmentSlopes } from '../../../src/sre/stats/shape.ts';

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

  it('says nothing of pure noise, of a constant, of a lone spike', () => {
    for (const seed of seeds) {
      const noise = noiseFrom(seed);
      expect(changePoint(series(300, () => 100 + 10 * noise()))).toBeNull();
      expect(changePoint(series(300, (m) => (m === 140 ? 900 : 100) + noise()))).toBeNull();
    }
    expect(changePoint(series(300, () => 7))).toBeNull();
    expect(changePoint([])).toBeNull();
  });

  it('reads 20,000 samples in under a second', () => {
    const noise = noiseFrom(1);
    const began = performance.now();
    changePoint(series(20_000, (m) => m / 100 + noise()));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
