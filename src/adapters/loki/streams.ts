/** Which stream label names services here, and whether it knows the one asked for. */

import { keptFor } from '../../lib/kept-for.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { LokiApi, Span } from './api.ts';
import { isLabelName, type Matcher } from './logql.ts';

export type Chosen = { is: 'streams'; matcher: Matcher; warnings: string[] } | { is: 'nothing'; warnings: string[] };
export type Streams = (service: string | null, span: Span) => Promise<Chosen>;

const KEPT_MS = 60_000;
const SHOWN = 30;
const ROUND = 600_000_000_000n;
/** Newer Lokis put this on every stream, whatever else it has. */
const ON_ALL = 'service_name';

export function lokiStreams(api: LokiApi, serviceLabels: readonly string[]): Streams {
  const kept = keptFor<string[]>(KEPT_MS, 200);
  return async (service, asked) => {
    // Rounded outwards, so that two questions a second apart are the same one.
    const span = { from: (asked.from / ROUND) * ROUND, to: (asked.to / ROUND + 1n) * ROUND };
    const key = `${span.from} ${span.to}`;
    const names = (await kept(key, () => api.labels(span))).filter(
      (name) => isLabelName(name) && !name.startsWith('__'),
    );
    if (names.length === 0) return { is: 'nothing', warnings: ['there are no log streams at all in this time'] };
    const naming = serviceLabels.filter((label) => names.includes(label));
    if (service === null) return everything(naming, names);
    if (naming.length === 0) {
      const have = names.slice(0, SHOWN).join(', ');
      const advice = `no stream label names services (looked for ${serviceLabels.join(', ')}; there are ${have})`;
      throw new NoAnswer(`${advice}: search without a service, or set \`loki.service_labels\``, { why: 'bad_query' });
    }
    const seen: string[] = [];
    for (const label of naming) {
      const values = await kept(`${key} ${label}`, () => api.values(label, span));
      if (values.includes(service)) return { is: 'streams', matcher: { label, value: service }, warnings: [] };
      seen.push(`${label}: ${values.slice(0, SHOWN).join(' | ')}`);
    }
    return { is: 'nothing', warnings: [`no log stream is of this service; known values are ${seen.join('; ')}`] };
  };
}

/** A query must name a label; streams without it are not seen. */
function everything(naming: string[], names: string[]): Chosen {
  const label = naming.includes(ON_ALL) ? ON_ALL : (naming[0] ?? names[0] ?? '');
  const warnings = label === ON_ALL ? [] : [`only log streams with the label ${label} were searched`];
  return { is: 'streams', matcher: { label, value: null }, warnings };
}
