/** Traces of Jaeger, and of what speaks its query API. It answers with the newest that fit, whole. */
import { z } from 'zod';
import { fetchJson, jsonServer } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { inForm } from '../../lib/in-form.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import { type TimeWindow, timeWindow } from '../../lib/time-window.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Span, Trace, TraceQuery, Traces } from '../../sre/ports/traces.ts';
import type { JaegerOptions } from './options.ts';

const MOST_SPANS = 5000;
/** Jaeger tells of one service at a time. */
const MOST_SERVICES = 20;
const MOST_AT_ONCE = 4;
const MOST_ATTRIBUTES = 20;
/** The client's and the library's own business. */
const DULL = /^(internal\.|otel\.(scope|library)|telemetry\.|process\.|thread\.|span\.kind$|sampler\.|w3c\.)/;

const tag = z.object({ key: z.string(), value: z.unknown() });
const body = z.object({
  data: z
    .array(
      z.object({
        traceID: z.string().min(1),
        spans: z.array(
          z.object({
            spanID: z.string().min(1),
            operationName: z.string(),
            references: z.array(z.object({ refType: z.string(), spanID: z.string() })).nullish(),
            startTime: z.number(),
            duration: z.number().min(0),
            tags: z.array(tag).nullish(),
            processID: z.string(),
          }),
        ),
        processes: z.record(z.string(), z.object({ serviceName: z.string() })),
      }),
    )
    .nullable(),
});
type Read = NonNullable<z.infer<typeof body>['data']>[number];

const SERVICES = '/api/services';

export function jaegerTraces(options: JaegerOptions): Traces {
  const server = jsonServer('jaeger', options);
  const now = options.now ?? (() => new Date());
  const limited = fewAtATime(MOST_AT_ONCE);

  async function ask(path: string, params: URLSearchParams, signal: AbortSignal): Promise<Read[]> {
    const read = inForm(body, await fetchJson(server, path, params, signal), '/api/traces', 'Jaeger');
    return read.data ?? [];
  }

  return {
    search: (query, signal) =>
      orUnavailable(server.name, async () => {
        const window = timeWindow(query.range, now().getTime());
        const params = paramsOf(query, window.from, window.to);
        const found = await ask('/api/traces', params, signal);
        const truncated = found.length >= query.limit;
        const warnings = [...window.warnings, ...(found.length === 0 ? await whyNone(query.service, signal) : [])];
        if (truncated) warnings.push(`only the newest ${query.limit} traces that fit were read`);
        if (found.some(({ spans }) => spans.length > MOST_SPANS))
          warnings.push(`of long traces ${MOST_SPANS} spans were read`);
        return {
          ...{ status: 'ok', source: server.name, range: window.range, truncated, warnings },
          data: found.map(traceOf),
          url: `${server.url}/search?${params}`,
        };
      }),
    newest: ({ service, range }, signal) =>
      orUnavailable(server.name, async () => {
        const window = timeWindow(range, now().getTime());
        const all = service === null ? await services(signal) : [service];
        // What only some of them say is nothing about all.
        const known = all.length > MOST_SERVICES ? [] : all;
        const times = await Promise.all(known.map((one) => limited(() => newestOf(one, window, signal))));
        const last = Math.max(...times.flatMap((time) => time ?? []));
        const data = Number.isFinite(last) ? new Date(last).toISOString() : null;
        const ok = { status: 'ok' as const, source: server.name, range: window.range, truncated: false, url: null };
        return { ...ok, warnings: window.warnings, data };
      }),
    get: (id, signal) =>
      orUnavailable(server.name, async () => {
        const ok = { status: 'ok' as const, source: server.name, range: null, truncated: false, warnings: [] };
        try {
          const [found] = await ask(`/api/traces/${encodeURIComponent(id)}`, new URLSearchParams(), signal);
          return { ...ok, data: found === undefined ? null : traceOf(found), url: `${server.url}/trace/${id}` };
        } catch (error) {
          const unknown = error instanceof NoAnswer && error.status === 404 && /trace not found/i.test(error.message);
          if (!unknown) throw error;
          return { ...ok, data: null, url: null };
        }
      }),
  };

  async function newestOf(service: string, { from, to }: TimeWindow, signal: AbortSignal): Promise<number | null> {
    const any = { service, operation: null, minDurationMs: null, errorsOnly: false, limit: 1 };
    const starts = (await ask('/api/traces', paramsOf(any, from, to), signal)).flatMap(({ spans }) =>
      spans.map(({ startTime }) => startTime / 1000),
    );
    // Of a trace that goes on, the end may lie behind the window.
    return starts.length === 0 ? null : Math.min(to, Math.max(...starts));
  }

  async function services(signal: AbortSignal): Promise<string[]> {
    const named = z.object({ data: z.array(z.string()).nullable() });
    const read = inForm(named, await fetchJson(server, SERVICES, new URLSearchParams(), signal), SERVICES, 'Jaeger');
    // Its own are there as long as anybody asks it.
    return (read.data ?? []).filter((name) => !/^jaeger/.test(name));
  }

  /** A service without traces here may be called otherwise. */
  async function whyNone(service: string, signal: AbortSignal): Promise<string[]> {
    try {
      const all = await services(signal);
      return all.includes(service) ? [] : [`no traces are of this service; known are ${all.slice(0, 30).join(', ')}`];
    } catch {
      signal.throwIfAborted();
      return ['which services have traces is not known'];
    }
  }
}

/** Times are microseconds. */
function paramsOf(
  { service, operation, minDurationMs, errorsOnly, limit }: Omit<TraceQuery, 'range'>,
  from: number,
  to: number,
) {
  return new URLSearchParams({
    ...{ service, start: String(from * 1000), end: String(to * 1000), limit: String(limit) },
    ...(operation === null ? {} : { operation }),
    ...(minDurationMs === null ? {} : { minDuration: `${Math.round(minDurationMs * 1000)}us` }),
    ...(errorsOnly ? { tags: JSON.stringify({ error: 'true' }) } : {}),
  });
}

function traceOf({ traceID, spans, processes }: Read): Trace {
  const read = spans.slice(0, MOST_SPANS).map((span): Span => {
    const attributes = new Map((span.tags ?? []).map(({ key, value }) => [key, String(value)]));
    const caller = span.references?.find(({ refType }) => refType === 'CHILD_OF') ?? span.references?.[0];
    return {
      ...{ id: span.spanID, parent: caller?.spanID ?? null, operation: span.operationName },
      service: processes[span.processID]?.serviceName ?? 'unknown',
      ...{ start: span.startTime / 1000, durationMs: span.duration / 1000 },
      error: attributes.get('error') === 'true' || attributes.get('otel.status_code') === 'ERROR',
      attributes: Object.fromEntries([...attributes].filter(([key]) => !DULL.test(key)).slice(0, MOST_ATTRIBUTES)),
    };
  });
  return { id: traceID, spans: read.toSorted((left, right) => left.start - right.start) };
}
