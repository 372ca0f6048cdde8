/** A day of many series at 15 seconds, made one after the other and forgotten: how long, and how much memory. */
import { type Observed, serviceRanker } from '../../../src/sre/stats/service-ranker.ts';

const STEP = 15_000;
const DAY = 24 * 3_600_000;
const PER_SERVICE = 10;
const FAMILIES = ['latency', 'errors', 'resource', 'memory', 'traffic'] as const;

export interface LoadResult {
  series: number;
  samples: number;
  /** In the ranker alone; making the series is not counted. */
  seconds: number;
  peak_mb: number;
  first: string | undefined;
}

/** Ten minutes before the end one service answers six times slower, and all that wait for it twice; it must come first. */
export function rankLoad(series: number): LoadResult {
  const now = Date.UTC(2026, 0, 2);
  const services = Math.ceil(series / PER_SERVICE);
  const name = (i: number): string => `service-${i}`;
  // A tree: each service calls up to four others.
  const calls = new Map(
    Array.from({ length: services }, (_, i) => [
      name(i),
      [1, 2, 3, 4].flatMap((k) => (4 * i + k < services ? [name(4 * i + k)] : [])),
    ]),
  );
  const ranker = serviceRanker({ at: now - 5 * 60_000, service: name(0), calls });
  const times = new Float64Array(DAY / STEP).map((_, i) => now - DAY + (i + 1) * STEP);
  const values = new Float64Array(times.length);
  const sick = Math.floor(services / 3);
  const waiting = new Set<number>();
  for (let up = sick; up > 0; up = Math.floor((up - 1) / 4)) waiting.add(Math.floor((up - 1) / 4));
  let spent = 0;
  for (let i = 0; i < series; i++) {
    const service = Math.floor(i / PER_SERVICE);
    const family = FAMILIES[i % FAMILIES.length] ?? 'other';
    const slower = service === sick ? 6 : waiting.has(service) ? 2 : 1;
    fill(values, i, family === 'latency' ? slower : 1);
    const observed: Observed = {
      service: name(service),
      family,
      goodHigh: false,
      floors: { absolute: 0, relative: 0.1 },
      times,
      values,
    };
    const started = performance.now();
    ranker.add(observed);
    spent += performance.now() - started;
  }
  const started = performance.now();
  const { services: ranked } = ranker.ranking();
  spent += performance.now() - started;
  return {
    series,
    samples: series * times.length,
    seconds: Math.round(spent / 10) / 100,
    peak_mb: Math.round(process.resourceUsage().maxRSS / 1024),
    first: ranked[0]?.name,
  };
}

/** A level of its own, a day's wave and noise; `slower` at the end. */
function fill(values: Float64Array, seed: number, slower: number): void {
  let state = seed * 2_654_435_761 + 1;
  const level = 1 + (seed % 97);
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const noise = state / 2 ** 32 - 0.5;
    const wave = 0.1 * Math.sin((2 * Math.PI * i) / values.length);
    const factor = i >= values.length - 40 ? slower : 1;
    values[i] = level * factor * (1 + wave + 0.1 * noise);
  }
}
