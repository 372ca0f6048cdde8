/** What Datadog knows of metrics, kept for a while: every question begins here, and questions are counted. */

import { keptFor } from '../../lib/kept-for.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { MetricInfo } from '../../sre/ports/metrics.ts';
import type { Known } from './metric-query.ts';
import type { MetricsEndpoints, Told } from './metrics-api.ts';

export interface Catalog {
  /** Names of metrics written in the day before; of one service when it is given. */
  names(now: number, service: string | null): Promise<ReadonlySet<string>>;
  describe(metric: string, service: string | null): Promise<Known & { help: string; warnings: string[] }>;
}

const NAMES_KEPT_MS = 60_000;
const DESCRIBED_KEPT_MS = 10 * 60_000;
const DAY = 24 * 3_600_000;
/** Times in questions are rounded outwards, so that two questions a second apart are the same one. */
const ROUND_MS = 10 * 60_000;

export function catalog(api: MetricsEndpoints): Catalog {
  const names = keptFor<ReadonlySet<string>>(NAMES_KEPT_MS, 50);
  const tolds = keptFor<Told>(DESCRIBED_KEPT_MS, 5000);
  const tags = keptFor<Record<string, string[]>>(DESCRIBED_KEPT_MS, 5000);
  return {
    names: (now, service) => {
      const since = Math.floor((now - DAY) / ROUND_MS) * ROUND_MS;
      return names(JSON.stringify([since, service]), async () => new Set(await api.names(since, service)));
    },
    async describe(name, service) {
      const warnings: string[] = [];
      const [{ type, unit, help }, labels] = await Promise.all([
        orWarning(
          tolds(name, () => api.told(name)),
          { type: '', unit: '', help: '' },
          warnings,
          'type and unit',
        ),
        orWarning(
          tags(JSON.stringify([name, service]), () => api.tags(name, service)),
          {},
          warnings,
          'tags',
        ),
      ]);
      return { name, type: typeOf(type), unit, help, labels, warnings };
    },
  };
}

/** Numbers are worth having without their description; but it is said what that means for them. */
async function orWarning<Value>(work: Promise<Value>, otherwise: Value, warnings: string[], what: string) {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    warnings.push(`${what} of the metric are not known: ${error.message}`);
    return otherwise;
  }
}

function typeOf(type: string): MetricInfo['type'] {
  switch (type) {
    case 'gauge':
      return 'gauge';
    case 'count':
    case 'rate':
      return 'counter';
    case 'distribution':
      return 'histogram';
    default:
      return 'unknown';
  }
}

/** Up to ten names that share a word with the one asked for. */
export function similarNames(all: ReadonlySet<string>, metric: string): string[] {
  const words = metric
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
  return [...all].filter((name) => words.some((word) => name.toLowerCase().includes(word))).slice(0, 10);
}
