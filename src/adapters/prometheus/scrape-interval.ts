/** How far apart the samples of a metric are: the windows of rates depend on it, and no endpoint tells it reliably. */

import { keptFor } from '../../lib/kept-for.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { PrometheusApi } from './api.ts';
import { selector } from './promql.ts';

/** Milliseconds, at the end of the window asked about. */
export type ScrapeIntervals = (metric: string, at: number) => Promise<number>;

const USUAL_MS = 60_000;
const LOOK_BACK = '15m';
const KEPT_MS = 10 * 60_000;

export function scrapeIntervals(api: PrometheusApi): ScrapeIntervals {
  const kept = keptFor<number>(KEPT_MS, 1000);
  const signal = new AbortController().signal;

  /** The median distance in the series with most samples; a minute, which most servers have, where none tells. */
  async function measure(metric: string, at: number): Promise<number> {
    const counts = `topk(1, count_over_time(${selector(metric, {})}[${LOOK_BACK}]))`;
    const [busiest] = (await api.instant(counts, at, signal)).rows;
    if (busiest === undefined) return USUAL_MS;
    const [row] = (await api.instant(`${selector(metric, busiest.labels)}[${LOOK_BACK}]`, at, signal)).rows;
    const times = row?.points.map(([time]) => time) ?? [];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    return gaps.toSorted((left, right) => left - right)[Math.floor(gaps.length / 2)] ?? USUAL_MS;
  }

  return async (metric, at) => {
    try {
      return await kept(`${metric} ${Math.floor(at / KEPT_MS)}`, () => measure(metric, at));
    } catch (error) {
      // Too many series to count: the query itself will say what can be done.
      if (error instanceof NoAnswer && error.why === 'bad_query') return USUAL_MS;
      throw error;
    }
  };
}
