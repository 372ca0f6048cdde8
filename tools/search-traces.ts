import { z } from 'zod';
import type { Trace, TraceQuery } from '../src/sre/ports/traces.ts';
import { fitSize } from '../src/sre/reading/fit-size.ts';
import { sourcesOf } from '../src/sre/reading/looks.ts';
import { notReached, type Reach, reachOf, reachWarnings } from '../src/sre/reading/reach.ts';
import { badInput, couldNotLook, looked } from '../src/sre/reading/result.ts';
import { compareOperations, reportOperations, rootOf, summarizeTrace } from '../src/sre/reading/trace-report.ts';
import { HOUR, iso, momentOf, TIME_HELP, windowInput, windowOf } from '../src/sre/reading/window.ts';
import { defineTool, type ToolResult, type ToolWorld } from '../src/sre/tool.ts';

const input = z.object({
  service: z.string().min(1).max(200).describe('traces that went through it'),
  operation: z.string().max(300).optional().describe('exact name of an operation of the service'),
  errors_only: z.boolean().default(false).describe('only traces in which something failed'),
  min_duration_ms: z.number().min(0).optional(),
  order: z.enum(['slowest', 'newest']).default('slowest').describe('which of the traces that were read are shown'),
  ...windowInput('one hour before end'),
  compare_at: z.string().optional().describe(`compare operations before and after this moment. ${TIME_HELP}`),
  limit: z.number().int().min(1).max(20).default(5).describe('most traces shown'),
});
type Input = z.infer<typeof input>;

/** Of each side of a comparison. */
const READ = 60;
const OPERATIONS = 25;

export const tool = defineTool({
  name: 'search_traces',
  description:
    'Reads a sample of traces through a service. For the slowest or newest of them: duration, critical path (what was waited for, in ms and share) and the first error. Over all that were read: for each operation its self time (without waiting for others; median per trace), calls per trace and share of failed traces; with compare_at before against after. Traces are sampled: shares are of the sample, not of the traffic. Times are UTC.',
  input,
  effect: 'read',
  of: ['logs'],
  async run(asked, world) {
    const window = windowOf(asked, world.now, HOUR);
    if (!window.ok) return badInput('traces', window.error);
    const at = asked.compare_at === undefined ? null : momentOf(asked.compare_at, world.now);
    if (asked.compare_at !== undefined && (at === null || at <= window.start || at >= window.end))
      return badInput('traces', `compare_at "${asked.compare_at}" is no moment between start and end`);
    const query = queryFor(asked, { start: iso(at ?? window.start), end: window.range.end });
    return at === null ? found(asked, query, world) : compared(asked, query, iso(window.start), world);
  },
});

function queryFor(asked: Input, range: TraceQuery['range']): TraceQuery {
  const { service, operation = null, min_duration_ms: minDurationMs = null, errors_only: errorsOnly } = asked;
  return { service, operation, minDurationMs, errorsOnly, range, limit: READ };
}

async function found(asked: Input, query: TraceQuery, world: ToolWorld): Promise<ToolResult> {
  const answer = await world.traces.search(query, world.signal);
  if (answer.status === 'unavailable') return couldNotLook(answer);
  const { source, range, data } = answer;
  const reach = await reachAt(asked, query, data, world);
  const unreached = notReached(reach, { start: Date.parse(query.range.start) }, data.length, source, 'trace');
  if (unreached !== null) return couldNotLook(unreached);
  const { kept, dropped } = fitSize(shownOf(asked, data));
  return looked(
    answer,
    {
      ...(data.length === 0 ? {} : { service: asked.service }),
      ...{ traces_read: data.length, traces: kept, store: reach, ...sourcesOf(answer) },
      operations: reportOperations(data).slice(0, OPERATIONS),
      hint: data.length > 0 ? null : 'No trace fits. Traces are sampled: that says nothing about health.',
    },
    { range: range ?? query.range, cut: dropped > 0, warnings: reachWarnings(reach, asked, 'trace') },
  );
}

async function compared(asked: Input, after: TraceQuery, start: string, world: ToolWorld): Promise<ToolResult> {
  const before = { ...after, range: { start, end: after.range.start } };
  const [was, is] = await Promise.all([
    world.traces.search(before, world.signal),
    world.traces.search(after, world.signal),
  ]);
  if (was.status === 'unavailable') return couldNotLook(was);
  if (is.status === 'unavailable') return couldNotLook(is);
  const reach = await reachAt(asked, after, is.data, world);
  const unreached = notReached(reach, { start: Date.parse(after.range.start) }, is.data.length, is.source, 'trace');
  if (unreached !== null) return couldNotLook(unreached);
  const few = Math.min(was.data.length, is.data.length) < 3;
  return {
    ...{ ok: true, source: is.source, range: { start, end: after.range.end }, url: is.url },
    truncated: was.truncated || is.truncated,
    warnings: [...new Set([...was.warnings, ...is.warnings, ...reachWarnings(reach, asked, 'trace')])],
    data: {
      ...(was.data.length + is.data.length === 0 ? {} : { service: asked.service }),
      compared_at: after.range.start,
      traces_read: { before: was.data.length, after: is.data.length },
      operations: compareOperations(was.data, is.data).slice(0, OPERATIONS),
      traces: fitSize(shownOf(asked, is.data), 20_000).kept,
      ...{ store: reach, ...sourcesOf(is) },
      hint: few ? 'Fewer than three traces on one side: too few to compare.' : null,
    },
  };
}

/** The newest of those that were read may be old where they were chosen by their length or by what failed. */
function reachAt({ service }: Input, { range }: TraceQuery, read: readonly Trace[], world: ToolWorld): Promise<Reach> {
  const begun = read.flatMap(({ spans }) => spans[0]?.start ?? []);
  const seen = begun.length === 0 ? null : new Date(Math.max(...begun)).toISOString();
  const reading = { of: 'trace' as const, source: world.traces, now: world.now, signal: world.signal };
  return reachOf({ service }, { end: Date.parse(range.end) }, seen, reading);
}

function shownOf({ order, limit }: Input, traces: Parameters<typeof summarizeTrace>[0][]) {
  const by = (trace: (typeof traces)[number]) => {
    const root = rootOf(trace);
    return order === 'slowest' ? (root?.durationMs ?? 0) : (root?.start ?? 0);
  };
  return traces
    .toSorted((a, b) => by(b) - by(a))
    .slice(0, limit)
    .map(summarizeTrace);
}
