/** Two views of one incident as one answer: the analyst's, which reads changes and logs too, and the ranking by metrics. */
import type { WorldRanking } from '../analyst/rank-world.ts';
import { fuse } from '../stats/rank.ts';
import type { ServiceRanking } from '../stats/service-ranker.ts';

/**
 * Who blames a change with evidence is believed, and the services are ranked by both. Without one the metrics decide
 * whether anything is wrong at all. `calmIsNoSurprise` for an alert by a machine playing a user, or about a level that
 * was reached over days: then the analyst's view stands.
 */
export function joined(judged: WorldRanking, measured: ServiceRanking, calmIsNoSurprise: boolean): WorldRanking {
  const { anomalous, services } = measured;
  if (judged.verdict === 'change')
    return { ...judged, services: rounded(anomalous ? fuse([services, judged.services]) : judged.services) };
  if (anomalous) return { ...judged, onset: judged.onset ?? isoOf(measured.onset), services: rounded(services) };
  return calmIsNoSurprise ? judged : { ...judged, onset: null, services: rounded(services), changes: [] };
}

function rounded(services: readonly { name: string; score: number }[]): WorldRanking['services'] {
  return services.slice(0, 12).map(({ name, score }) => ({ name, score: Number(score.toFixed(4)) }));
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
