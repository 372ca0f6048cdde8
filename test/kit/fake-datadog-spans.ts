/** Spans as Datadog keeps them, found by the part of its search syntax that Vigil writes. */
import { z } from 'zod';
import { pageOf } from './fake-datadog-logs.ts';
import { QueryRefused } from './fake-datadog-metrics.ts';

export interface FakeSpan {
  at: number;
  ms: number;
  trace: string;
  id: string;
  parent: string | null;
  service: string;
  resource: string;
  status?: 'ok' | 'error';
  custom?: Record<string, unknown>;
}

const asked = z.object({
  data: z.object({
    type: z.literal('search_request'),
    attributes: z.object({
      filter: z.object({ query: z.string(), from: z.string(), to: z.string() }),
      sort: z.enum(['timestamp', '-timestamp']),
      page: z.object({ limit: z.number().int().min(1).max(1000), cursor: z.string().optional() }),
    }),
  }),
});

export function spansPage(spans: readonly FakeSpan[], body: unknown): object {
  const { filter, ...paging } = asked.parse(body).data.attributes;
  const matches = matching(filter.query);
  const within = spans.filter(({ at }) => at >= Number(filter.from) && at <= Number(filter.to));
  const { page, meta } = pageOf(within.filter(matches), paging);
  return {
    data: page.map(({ at, ms, trace, id, parent, service, resource, status, custom = {} }) => ({
      id: `AAAA${id}`,
      type: 'spans',
      attributes: {
        ...{ service, resource_name: resource, operation_name: 'web.request', trace_id: trace, span_id: id },
        ...{ parent_id: parent ?? '0', single_span: false, retained_by: 'retention_filter', type: 'web' },
        start_timestamp: new Date(at).toISOString(),
        end_timestamp: new Date(at + ms).toISOString(),
        custom: { duration: ms * 1e6, ...custom },
        ...(status === undefined ? {} : { status }),
      },
    })),
    meta,
  };
}

function matching(query: string): (span: FakeSpan) => boolean {
  const terms = [...query.matchAll(/(@?[\w.]+):(\((?:"[^"]*"(?: OR )?)+\)|"(?:[^"\\]|\\.)*"|>=\d+|\w+)( |$)/g)];
  if (terms.map(([whole]) => whole).join('') !== query) throw new QueryRefused(`cannot parse ${query}`);
  return (span) =>
    terms.every(([, facet = '', wanted = '']) => {
      if (facet === '@duration') return span.ms * 1e6 >= Number(wanted.slice(2));
      const value = { service: span.service, resource_name: span.resource, trace_id: span.trace, status: span.status }[
        facet
      ];
      const quoted = [...wanted.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one.replace(/\\(.)/g, '$1'));
      return value !== undefined && (quoted.length === 0 ? [wanted] : quoted).includes(value);
    });
}
