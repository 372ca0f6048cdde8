import { describe, expect, it } from 'vitest';
import { departure } from '../../../src/sre/stats/departure.ts';
import type { Family } from '../../../src/sre/stats/families.ts';
import { completed } from '../../../src/sre/stats/graph-walk.ts';
import { normalOf } from '../../../src/sre/stats/normal.ts';
import { serviceRanker } from '../../../src/sre/stats/service-ranker.ts';

const MINUTE = 60_000;
const ALERT = 600 * MINUTE;
const FLOORS = { absolute: 0, relative: 0.1 };

/** Ten hours and ten minutes at one sample a minute; `factor` from `from` to `to`, minutes round the alert. */
function series(service: string, factor: number, { from = 0, to = 10, seed = 1, family = 'latency' as Family } = {}) {
  let state = seed;
  const times = Float64Array.from({ length: 610 }, (_, i) => (i + 1) * MINUTE);
  const values = times.map((time) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const minute = (time - ALERT) / MINUTE;
    return (1 + 0.1 * (state / 2 ** 32)) * (minute >= from && minute < to ? factor : 1);
  });
  return { service, family, goodHigh: false, floors: FLOORS, times, values };
}

const calls = completed(
  new Map([
    ['web', ['shop', 'search']],
    ['shop', ['db', 'vendor']],
  ]),
);

function ranked(all: ReturnType<typeof series>[], at = ALERT, service: string | null = 'web') {
  const ranker = serviceRanker({ at, service, calls });
  for (const one of all) ranker.add(one);
  return ranker.ranking();
}

describe('ranking services by their metrics', () => {
  it('names the deepest service of a troubled path, not the loudest caller', () => {
    const { anomalous, services, onset } = ranked([
      series('web', 6, { seed: 2 }),
      series('shop', 6, { seed: 3 }),
      series('db', 5, { seed: 4 }),
      series('search', 1, { seed: 5 }),
    ]);
    expect(anomalous).toBe(true);
    expect(services[0]?.name).toBe('db');
    expect(onset).toBe(ALERT);
  });

  it('a processor that runs hot is not explained by a slow callee', () => {
    const { services } = ranked([
      series('web', 4, { seed: 2 }),
      series('shop', 4, { seed: 3 }),
      series('shop', 30, { seed: 6, family: 'resource' }),
      series('db', 4, { seed: 4 }),
    ]);
    expect(services[0]?.name).toBe('shop');
  });

  it('of two equally troubled the one that explains more of the callers comes first', () => {
    const { services } = ranked([
      series('web', 5, { seed: 2 }),
      series('shop', 5, { seed: 3 }),
      series('vendor', 5, { seed: 4 }),
      series('search', 5, { seed: 4 }),
    ]);
    expect(services.slice(0, 2).map(({ name }) => name)).toEqual(['vendor', 'search']);
  });

  it('a path goes through services that nothing is measured of', () => {
    const { services } = ranked([series('web', 5, { seed: 2 }), series('db', 5, { seed: 3 })]);
    expect(services[0]?.name).toBe('db');
  });

  it.each([0, 1, 10])('says the same when the alert is %i minutes late', (late) => {
    const all = [
      series('web', 4, { seed: 2, to: 5 }),
      series('db', 5, { seed: 4, to: 5 }),
      series('search', 1, { seed: 5 }),
    ];
    const { services, onset } = ranked(all, ALERT + late * MINUTE);
    expect(services[0]?.name).toBe('db');
    expect(onset).toBe(ALERT);
  });

  it('says that nothing is wrong when nothing is, whatever was wrong yesterday', () => {
    const quiet = ['web', 'shop', 'db', 'search', 'vendor'].map((name, seed) => series(name, 1, { seed: seed + 7 }));
    expect(ranked(quiet)).toEqual({ anomalous: false, onset: null, services: [] });
    const earlier = [...quiet, series('db', 8, { seed: 20, from: -300, to: -200 })];
    expect(ranked(earlier).anomalous).toBe(false);
  });

  it('a burst that comes all day accuses nobody, the first of its kind and one of the last hour do', () => {
    const bursts = series('db', 1, { seed: 20 });
    const at = (minutes: number[]) => ({
      ...bursts,
      values: bursts.values.map((value, i) => (minutes.some((m) => i >= m && i < m + 2) ? 9 * value : value)),
    });
    const calm = ['web', 'shop', 'search', 'vendor'].map((name, seed) => series(name, 1, { seed: seed + 7 }));
    expect(ranked([...calm, at([600])]).services[0]?.name).toBe('db');
    expect(ranked([...calm, at([150, 350, 600])]).services).toEqual([]);
    expect(ranked([...calm, at([510, 530, 550, 600])]).services[0]?.name).toBe('db');
  });

  it('accuses nobody when something departs that the alert has nothing to do with', () => {
    const elsewhere = [series('web', 1, { seed: 2 }), series('batch', 9, { seed: 3 })];
    expect(ranked(elsewhere)).toMatchObject({ anomalous: false, onset: null, services: [] });
  });

  it('seven minutes before the alert are history enough, when they come by the second', () => {
    const seconds = (service: string, factor: number, seed: number, late = 0) => {
      let state = seed;
      const times = Float64Array.from({ length: 720 + 60 * late }, (_, i) => ALERT - 7 * MINUTE + 1000 * i);
      const values = times.map((time) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (1 + 0.1 * (state / 2 ** 32)) * (time >= ALERT - MINUTE ? factor : 1);
      });
      return { ...series(service, 1), family: 'resource' as Family, times, values };
    };
    for (const late of [0, 3]) {
      const all = [seconds('web', 1.4, 2, late), seconds('db', 2, 4, late), seconds('search', 1, 5, late)];
      const { anomalous, services, onset } = ranked(all, ALERT + late * MINUTE);
      expect(anomalous).toBe(true);
      expect(services[0]?.name).toBe('db');
      expect(Math.abs((onset ?? 0) - (ALERT - MINUTE))).toBeLessThanOrEqual(MINUTE);
    }
    expect(ranked(['web', 'db', 'search'].map((name, seed) => seconds(name, 1, seed + 7))).services).toEqual([]);
  });

  it('an empty or a very short history is no accusation', () => {
    expect(ranked([]).services).toEqual([]);
    const short = series('db', 9);
    expect(ranked([{ ...short, times: short.times.slice(-2), values: short.values.slice(-2) }]).anomalous).toBe(false);
  });
});

describe('what is normal, and what departs from it', () => {
  const flat = Float64Array.from({ length: 200 }, (_, i) => 10 + (i % 3) * 0.1);

  it('a series that often jumps must jump farther', () => {
    const jumpy = flat.map((value, i) => (i % 25 === 0 ? 3 * value : value));
    const calm = normalOf(flat, FLOORS)?.scale ?? 0;
    expect(normalOf(jumpy, FLOORS)?.scale).toBeGreaterThan(5 * calm);
    expect(normalOf(flat.slice(0, 2), FLOORS)).toBeNull();
  });

  it('three values tell less of what is normal than many of the same spread', () => {
    const [few, many] = [[9, 10, 11], Array.from({ length: 300 }, (_, i) => 9 + (i % 3))];
    const scales = [few, many].map((values) => normalOf(Float64Array.from(values), FLOORS)?.scale ?? 0);
    expect((scales[0] ?? 0) / (scales[1] ?? 1)).toBeGreaterThan(1.4);
  });

  it('one sample that its neighbour denies departs half as far, however coarse the series', () => {
    const normal = normalOf(flat, FLOORS);
    if (normal === null) throw new Error('no normal');
    const coarse = (...last: number[]) => {
      const values = Float64Array.from([...flat, ...last]);
      const times = values.map((_, i) => i * 5 * MINUTE);
      return (
        departure({ times, values }, normal, 200 * 5 * MINUTE, { after: 10 * MINUTE, before: 30 * MINUTE })?.up ?? 0
      );
    };
    expect(coarse(30, 30) / coarse(30, 10)).toBeCloseTo(2, 1);
    expect(coarse(30) / coarse(30, 30)).toBeCloseTo(1, 5);
  });

  it('a minute’s burst departs from nothing when samples come by the second, three minutes of it do', () => {
    const normal = normalOf(flat, FLOORS);
    if (normal === null) throw new Error('no normal');
    const burst = (seconds: number) => {
      const values = Float64Array.from({ length: 500 }, (_, i) => (i >= 200 && i < 200 + seconds / 5 ? 30 : 10));
      const times = values.map((_, i) => i * 5000);
      return departure({ times, values }, normal, 1_000_000, { after: 10 * MINUTE, before: 30 * MINUTE })?.up ?? 0;
    };
    expect(burst(60)).toBe(0);
    expect(burst(180)).toBeGreaterThan(10);
  });

  it('of many samples in a few minutes no more count than there are minutes', () => {
    const scale = (independent: number) => normalOf(flat, FLOORS, 0.98, independent)?.scale ?? 0;
    expect(scale(4) / scale(200)).toBeGreaterThan(1.7);
  });

  it('what has been different for long does not depart again', () => {
    const values = Float64Array.from({ length: 300 }, (_, i) => (i < 200 ? 10 : 30));
    const times = values.map((_, i) => i * MINUTE);
    const normal = normalOf(values.subarray(0, 200), FLOORS);
    if (normal === null) throw new Error('no normal');
    const span = { after: 10 * MINUTE, before: 30 * MINUTE };
    expect(departure({ times, values }, normal, 200 * MINUTE, span)?.up).toBeGreaterThan(10);
    expect(departure({ times, values }, normal, 280 * MINUTE, span)?.up).toBe(0);
    expect(departure({ times, values }, normal, 900 * MINUTE, span)).toBeNull();
  });
});
