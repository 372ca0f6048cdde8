/** The endpoints for logs that are used, with their answers checked. All times are milliseconds, ends are exclusive. */
import { LogsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/LogsApi.js';
import type { LogLine } from '../../sre/ports/logs.ts';
import { type Datadog, malformed } from './client.ts';
import { lineOf } from './log-line.ts';

export interface Span {
  from: number;
  to: number;
}
export interface Page {
  lines: LogLine[];
  /** Where the next page begins; null after the last one. */
  next: string | null;
  warnings: string[];
}
export interface LogsEndpoints {
  page(
    query: string,
    span: Span,
    paging: { limit: number; newestFirst: boolean; after: string | null },
    signal: AbortSignal,
  ): Promise<Page>;
  count(query: string, span: Span, signal: AbortSignal): Promise<number>;
  /** Services with lines in the time, most lines first. */
  services(span: Span, signal: AbortSignal): Promise<string[]>;
}

const MOST_SERVICES = 30;

export function logsEndpoints({ ask }: Datadog): LogsEndpoints {
  async function buckets(query: string, span: Span, facets: string[], signal: AbortSignal) {
    const groupBy = facets.map((facet) => ({ facet, limit: MOST_SERVICES }));
    const body = { compute: [{ aggregation: 'count' as const }], filter: { query, ...between(span) }, groupBy };
    const { data } = await ask((to) => new LogsApi(to).aggregateLogs({ body }), signal);
    if (data === undefined) throw malformed('no counts');
    return data.buckets ?? [];
  }
  return {
    async page(query, span, { limit, newestFirst, after }, signal) {
      const page = { limit, ...(after === null ? {} : { cursor: after }) };
      const sort = newestFirst ? ('-timestamp' as const) : ('timestamp' as const);
      const body = { filter: { query, ...between(span) }, page, sort };
      const { data, meta } = await ask((to) => new LogsApi(to).listLogs({ body }), signal);
      if (!Array.isArray(data)) throw malformed('no list of logs');
      const said = (meta?.warnings ?? []).map(({ title, detail }) => [title, detail].filter(Boolean).join(': '));
      const gaveUp = meta?.status === 'timeout' ? ['Datadog gave up before it had looked at everything'] : [];
      return { lines: data.map(lineOf), next: meta?.page?.after ?? null, warnings: [...gaveUp, ...said].slice(0, 5) };
    },
    async count(query, span, signal) {
      const [all] = await buckets(query, span, [], signal);
      return Number(Object.values(all?.computes ?? {})[0] ?? 0);
    },
    async services(span, signal) {
      const all = await buckets('*', span, ['service'], signal);
      return all.flatMap(({ by }) => (by?.service === undefined ? [] : [String(by.service)]));
    },
  };
}

/** The filter takes milliseconds as text. */
function between({ from, to }: Span): { from: string; to: string } {
  return { from: String(from), to: String(to) };
}
