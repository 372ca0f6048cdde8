/** Traces of Grafana Tempo: found by TraceQL, then read one by one. */
import { z } from 'zod';
import { fetchJson, type JsonServer, jsonServer, type ServerOptions } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import { timeWindow } from '../../lib/time-window.ts';
import type { TimeRange } from '../../sre/evidence.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Topology } from '../../sre/ports/topology.ts';
import type { Trace, TraceQuery, Traces } from '../../sre/ports/traces.ts';
import { newestBegin } from './newest.ts';
import { readTrace } from './otlp.ts';
import { sampledTopology } from './topology.ts';

export interface TempoOptions extends ServerOptions {
  /** Nothing later is shown. Default: real time. */
  now?: () => Date;
}

const MOST_AT_ONCE = 6;
/** Each trace is a request. */
const MOST_TRACES = 40;

/** What is empty may be left out; what has other things only is no search. */
const searched = z
  .object({
    traces: z
      .array(z.object({ traceID: z.string().min(1), startTimeUnixNano: z.string().regex(/^\d+$/).optional() }))
      .nullish(),
    metrics: z.object({ completedJobs: z.coerce.number(), totalJobs: z.coerce.number() }).partial().nullish(),
  })
  .loose()
  .refine((all) => Object.keys(all).length === 0 || 'traces' in all || 'metrics' in all);

export function tempoTraces(options: TempoOptions): Traces {
  const server = jsonServer('tempo', options);
  const now = options.now ?? (() => new Date());
  const limited = fewAtATime(MOST_AT_ONCE);
  return {
    search: (query, signal) =>
      orUnavailable(server.name, () =>
        search(server, limited, { ...query, q: traceql(query) }, now().getTime(), signal),
      ),
    newest: ({ service, range }, signal) =>
      orUnavailable(server.name, async () => {
        const window = timeWindow(range, now().getTime());
        const last = await newestBegin(window, (from, to) => latestOf(server, service, from, to, signal));
        const data = last === null ? null : new Date(last).toISOString();
        const ok = { status: 'ok' as const, source: server.name, range: window.range, truncated: false, url: null };
        return { ...ok, warnings: window.warnings, data };
      }),
    get: (id, signal) =>
      orUnavailable(server.name, async () => {
        const read = await readById(server, id, signal);
        const data = read?.spans.length === 0 ? null : read;
        const warnings = data === null ? ['Tempo answers so for traces that it never had or no longer keeps'] : [];
        return { status: 'ok', source: server.name, range: null, truncated: false, warnings, url: null, data };
      }),
  };
}

/** Who calls whom in a sample of all traces. */
export function tempoTopology(options: TempoOptions): Topology {
  const server = jsonServer('tempo', options);
  const now = options.now ?? (() => new Date());
  const limited = fewAtATime(MOST_AT_ONCE);
  const newest = (range: TimeRange, limit: number, signal: AbortSignal) =>
    orUnavailable(server.name, () => search(server, limited, { q: '{}', range, limit }, now().getTime(), signal));
  return sampledTopology(newest, now);
}

async function search(
  server: JsonServer,
  limited: <Result>(work: () => Promise<Result>) => Promise<Result>,
  query: Pick<TraceQuery, 'range' | 'limit'> & { q: string },
  now: number,
  signal: AbortSignal,
): Promise<Answer<Trace[]>> {
  const window = timeWindow(query.range, now);
  const limit = Math.min(query.limit, MOST_TRACES);
  const seconds = { start: String(Math.floor(window.from / 1000)), end: String(Math.ceil(window.to / 1000)) };
  const params = new URLSearchParams({ q: query.q, ...seconds, limit: String(limit), spss: '1' });
  const read = searched.safeParse(await fetchJson(server, '/api/search', params, signal));
  if (!read.success) throw malformed();
  const ids = (read.data.traces ?? []).map(({ traceID }) => traceID);
  const traces = await Promise.all(ids.slice(0, limit).map((id) => limited(() => readById(server, id, signal))));
  const { completedJobs = 0, totalJobs = 0 } = read.data.metrics ?? {};
  const truncated = ids.length >= limit;
  const warnings = [...window.warnings];
  if (truncated) warnings.push(`only ${limit} of the traces that fit were read: those that Tempo found first`);
  if (completedJobs < totalJobs) warnings.push(`Tempo looked at a part only: ${completedJobs} of ${totalJobs} jobs`);
  const data = traces.flatMap((trace) => (trace === null || trace.spans.length === 0 ? [] : [trace]));
  return { status: 'ok', source: server.name, range: window.range, truncated, warnings, url: null, data };
}

/** When the last of some traces of the time began, milliseconds: Tempo answers with those that it finds first. */
async function latestOf(
  server: JsonServer,
  service: string | null,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<number | null> {
  const q = service === null ? '{ }' : `{ resource.service.name = ${quoted(service)} }`;
  const seconds = { start: String(Math.floor(from / 1000)), end: String(Math.ceil(to / 1000)) };
  const params = new URLSearchParams({ q, ...seconds, limit: '20', spss: '1' });
  const read = searched.safeParse(await fetchJson(server, '/api/search', params, signal));
  if (!read.success) throw malformed();
  const begun = (read.data.traces ?? []).flatMap(({ startTimeUnixNano: at }) =>
    at === undefined ? [] : [Number(BigInt(at) / 1_000_000n)],
  );
  return begun.length === 0 ? null : Math.max(...begun);
}

/** Null when Tempo has none of this id. */
async function readById(server: JsonServer, id: string, signal: AbortSignal): Promise<Trace | null> {
  try {
    const path = `/api/traces/${encodeURIComponent(id)}`;
    const trace = readTrace(id, await fetchJson(server, path, new URLSearchParams(), signal));
    if (trace === null) throw malformed();
    return trace;
  } catch (error) {
    if (error instanceof NoAnswer && error.status === 404) return null;
    throw error;
  }
}

/** Built from parts that are quoted: nothing that an agent writes becomes syntax. JSON's quoting is a subset of Go's. */
function traceql({ service, operation, minDurationMs, errorsOnly }: TraceQuery): string {
  const own = [
    `resource.service.name = ${quoted(service)}`,
    ...(operation === null ? [] : [`name = ${quoted(operation)}`]),
    ...(minDurationMs === null ? [] : [`duration >= ${Math.round(minDurationMs * 1000)}us`]),
  ];
  return `{ ${own.join(' && ')} }${errorsOnly ? ' && { status = error }' : ''}`;
}

function quoted(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, '\u{FFFD}'));
}

function malformed(): NoAnswer {
  return new NoAnswer('/api/traces answers in another form than Tempo does', { why: 'malformed' });
}
