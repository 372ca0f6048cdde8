/** The endpoint for spans, with its answers checked. Times are milliseconds. It is limited to some hundred requests an hour. */
import { SpansApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/SpansApi.js';
import { type Datadog, malformed } from './client.ts';
import { type KeptSpan, spanOf } from './span.ts';

interface Asked {
  query: string;
  from: number;
  to: number;
  newestFirst: boolean;
  /** Spans, of all pages together. */
  limit: number;
}
export interface Found {
  spans: KeptSpan[];
  /** There are more than were read. */
  more: boolean;
  warnings: string[];
}

const PAGE = 1000;

export async function listSpans({ ask }: Datadog, asked: Asked, signal: AbortSignal): Promise<Found> {
  const found: Found = { spans: [], more: false, warnings: [] };
  let cursor: string | undefined;
  do {
    const page = {
      limit: Math.min(PAGE, asked.limit - found.spans.length),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const filter = { query: asked.query, from: String(asked.from), to: String(asked.to) };
    const sort = asked.newestFirst ? ('-timestamp' as const) : ('timestamp' as const);
    const body = { data: { type: 'search_request' as const, attributes: { filter, page, sort } } };
    const { data, meta } = await ask((to) => new SpansApi(to).listSpans({ body }), signal);
    if (!Array.isArray(data)) throw malformed('no list of spans');
    found.spans.push(...data.map(spanOf));
    if (meta?.status === 'timeout') found.warnings.push('Datadog gave up before it had looked at everything');
    for (const { title, detail } of meta?.warnings ?? [])
      found.warnings.push([title, detail].filter(Boolean).join(': '));
    cursor = data.length === 0 ? undefined : meta?.page?.after;
    found.more = cursor !== undefined;
  } while (cursor !== undefined && found.spans.length < asked.limit);
  return found;
}
