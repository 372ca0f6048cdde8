/** Which service to look at first, from all metrics of a source. */
import type { Metrics } from '../ports/metrics.ts';
import { type Question, type ServiceRanking, serviceRanker } from '../stats/service-ranker.ts';
import { observations } from './observations.ts';

export interface SourcedRanking extends ServiceRanking {
  /** Series that were read. */
  series: number;
  /** What could not be read or was cut, in words: a ranking of half of the series says so. */
  missing: string[];
}

/** An unavailable source gives an empty ranking with the reason in `missing`. `now` in milliseconds. */
export async function rankServices(
  metrics: Metrics,
  question: Question & { now: number },
  signal: AbortSignal,
): Promise<SourcedRanking> {
  const ranker = serviceRanker(question);
  const missing: string[] = [];
  let series = 0;
  for await (const one of observations(metrics, question, question.calls, (what) => missing.push(what), signal)) {
    ranker.add(one);
    series += 1;
  }
  return { ...ranker.ranking(), series, missing };
}
