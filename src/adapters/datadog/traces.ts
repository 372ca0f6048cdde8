/** Traces of Datadog: spans that fit are searched, then all that is kept of the traces they are of. */
import { timeWindow } from '../../lib/time-window.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Trace, TraceQuery, Traces } from '../../sre/ports/traces.ts';
import type { Datadog } from './client.ts';
import { quoted } from './quoted.ts';
import type { KeptSpan } from './span.ts';
import { type Found, listSpans } from './spans-api.ts';

const HOUR = 3_600_000;
/** Spans are kept for so long, as far as they are. */
const KEPT = 15 * 24 * HOUR;
const MOST_TRACES = 40;
/** In which the traces are looked for, and of them. */
const MOST_SEARCHED = 1000;
const MOST_SPANS = 3000;
const NONE = 'Datadog answers so, too, for spans that no retention filter keeps';

export function datadogTraces(from: Datadog): Traces {
  const ok = { status: 'ok' as const, source: from.name };
  return {
    search: (query, signal) =>
      orUnavailable(from.name, async () => {
        const window = timeWindow(query.range, from.now());
        const asked = { query: searchFor(query), from: window.from, to: window.to };
        const hits = await listSpans(from, { ...asked, newestFirst: true, limit: MOST_SEARCHED }, signal);
        const all = [...new Set(hits.spans.map(({ trace }) => trace))];
        const ids = all.slice(0, Math.min(query.limit, MOST_TRACES));
        const whole = await spansOf(from, ids, { from: window.from - HOUR, to: window.to + HOUR }, signal);
        const truncated = hits.more || whole.more || ids.length < all.length;
        const warnings = [...new Set([...window.warnings, ...hits.warnings, ...whole.warnings])];
        if (ids.length === 0) warnings.push(NONE);
        if (hits.more || ids.length < all.length)
          warnings.push(`only the newest ${ids.length} traces that fit were read`);
        const url = `${from.appUrl}/apm/traces?${new URLSearchParams({ query: asked.query, start: String(asked.from), end: String(asked.to) })}`;
        return { ...ok, range: window.range, truncated, warnings, url, data: tracesOf(ids, whole.spans) };
      }),
    newest: ({ service, range: asked }, signal) =>
      orUnavailable(from.name, async () => {
        const { from: start, to, range, warnings } = timeWindow(asked, from.now());
        const query = service === null ? '*' : `service:${quoted(service)}`;
        const { spans } = await listSpans(from, { query, from: start, to, newestFirst: true, limit: 1 }, signal);
        const [last] = spans;
        const data = last === undefined ? null : new Date(last.start).toISOString();
        return { ...ok, range, truncated: false, warnings, url: null, data };
      }),
    get: (id, signal) =>
      orUnavailable(from.name, async () => {
        const now = from.now();
        const found = await spansOf(from, [id], { from: now - KEPT, to: now }, signal);
        const [data = null] = tracesOf([found.spans[0]?.trace ?? id], found.spans);
        const warnings = data === null ? [...found.warnings, NONE] : found.warnings;
        return { ...ok, range: null, truncated: found.more, warnings, url: `${from.appUrl}/apm/trace/${id}`, data };
      }),
  };
}

async function spansOf(
  from: Datadog,
  ids: readonly string[],
  { from: start, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<Found> {
  if (ids.length === 0) return { spans: [], more: false, warnings: [] };
  const query = `trace_id:(${ids.map(quoted).join(' OR ')})`;
  const end = Math.min(to, from.now());
  const found = await listSpans(from, { query, from: start, to: end, newestFirst: false, limit: MOST_SPANS }, signal);
  const short = found.more ? [`of these traces only the first ${found.spans.length} spans were read`] : [];
  return { ...found, warnings: [...found.warnings, ...short] };
}

/** In the order of `ids`; those of which nothing is kept are left out. */
function tracesOf(ids: readonly string[], spans: readonly KeptSpan[]): Trace[] {
  return ids.flatMap((id) => {
    const own = spans.filter(({ trace }) => trace === id).map(({ trace: _trace, ...span }) => span);
    return own.length === 0 ? [] : [{ id, spans: own.toSorted((a, b) => a.start - b.start) }];
  });
}

/** Built from parts that are quoted. Durations are nanoseconds there. */
function searchFor({ service, operation, minDurationMs, errorsOnly }: TraceQuery): string {
  return [
    `service:${quoted(service)}`,
    ...(operation === null ? [] : [`resource_name:${quoted(operation)}`]),
    ...(minDurationMs === null ? [] : [`@duration:>=${Math.round(minDurationMs * 1e6)}`]),
    ...(errorsOnly ? ['status:error'] : []),
  ].join(' ');
}
