import type { JsonServer } from '../../lib/fetch-json.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { MetricInfo } from '../../sre/ports/metrics.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Labels } from './api.ts';
import type { Catalog } from './catalog.ts';
import type { Family } from './family.ts';
import { selector } from './promql.ts';

interface Parts {
  server: JsonServer;
  known: Catalog;
  serviceLabels: readonly string[];
}

const HOUR = 3_600_000;
/** A metric is listed when it had series in the last day; its labels are those of the last hours. */
const LISTED_MS = 24 * HOUR;
const DESCRIBED_MS = 3 * HOUR;
/** Of the program's own inside and of the monitoring itself: listed last. */
const INTERNAL = /^(go|process|promhttp|prometheus|alertmanager|scrape|net_conntrack|python_gc|nodejs_gc)_/;
export const QUANTILES = ['0.5', '0.95', '0.99'];

export async function listMetrics(
  { server, known, serviceLabels }: Parts,
  query: { match: string; service: string | null; limit: number },
  now: number,
): Promise<Answer<MetricInfo[]>> {
  const { service } = query;
  const matches: Labels[] = service === null ? [{}] : serviceLabels.map((label) => ({ [label]: service }));
  return orUnavailable(server.name, async () => {
    const all = await known.known(now - LISTED_MS, now);
    const named =
      service === null
        ? all.names
        : await known.namesOf(
            matches.map((labels) => selector(null, labels)),
            now - DESCRIBED_MS,
            now,
          );
    const wanted = query.match.toLowerCase();
    const fitting = all.families
      .filter((family) => named.has(representative(family)))
      .filter(({ name, help }) => `${name} ${help}`.toLowerCase().includes(wanted))
      .toSorted(
        (left, right) => rank(left, query.match) - rank(right, query.match) || (left.name < right.name ? -1 : 1),
      );
    const warnings = [...all.warnings];
    const infos = await Promise.all(
      fitting.slice(0, query.limit).map(async (family): Promise<MetricInfo> => {
        const found = await known.describe(representative(family), matches, now - DESCRIBED_MS, now);
        if (found === null) warnings.push(`the labels of ${family.name} are not known: it has too many series to list`);
        return infoOf(family, found ?? { labels: {}, series: 0 });
      }),
    );
    const truncated = fitting.length > infos.length;
    return { status: 'ok', data: infos, source: server.name, range: null, truncated, warnings, url: null };
  });
}

/** The name of the series that stand for the whole: one for each label set, without buckets. */
export function representative({ name, made }: Family): string {
  return made === 'plain' ? name : `${name}_count`;
}

function rank({ name }: Family, match: string): number {
  if (name === match) return 0;
  return INTERNAL.test(name) ? 2 : 1;
}

/** A histogram offers its quantiles like the label of a summary. */
function infoOf(
  { name, type, help, unit, made }: Family,
  { labels, series }: Pick<MetricInfo, 'labels' | 'series'>,
): MetricInfo {
  const offered = made === 'buckets' ? { quantile: QUANTILES } : {};
  return { name, type, help, unit, labels: { ...labels, ...offered }, series };
}
