/** Traces → what an investigator needs of them: where the time went, what failed, and what is different from before. */
import type { Span, Trace } from '../ports/traces.ts';
import { compare } from '../stats/compare.ts';
import { medianOf } from '../stats/scale.ts';
import { criticalPath, selfTimes, type TimedSpan } from '../stats/spans.ts';
import { round } from './round.ts';
import { iso } from './window.ts';

export interface TraceSummary {
  trace_id: string;
  root: string;
  started: string;
  duration_ms: number;
  errors: number;
  spans: number;
  /** What was waited for, longest first. */
  critical_path: { service: string; operation: string; ms: number; share: number; error: boolean }[];
  first_error: { service: string; operation: string; attributes: Record<string, string> } | null;
}
export interface OperationReport {
  service: string;
  operation: string;
  /** Of the traces, those that went through it. */
  traces: number;
  /** Median over these traces of the time it spent without waiting for others, all its calls together. */
  self_ms: number;
  calls_per_trace: number;
  /** Share of these traces in which it failed. */
  error_share: number;
}
export interface ComparedOperation {
  service: string;
  operation: string;
  self_ms: { before: number; after: number; ratio: number | null; shift_score: number | null };
  calls_per_trace: { before: number; after: number };
  error_share: { before: number; after: number };
}

const PATH_STEPS = 6;

export function summarizeTrace(trace: Trace): TraceSummary {
  const timed = trace.spans.map(timedOf);
  const path = criticalPath(timed);
  const root = rootOf(trace);
  const total = root?.durationMs ?? 0;
  const failed = trace.spans.filter(({ error }) => error);
  // The deepest failure began last: its callers failed by it.
  const first = failed.toSorted((a, b) => b.start - a.start)[0];
  return {
    trace_id: trace.id,
    root: root === undefined ? '' : `${root.service} ${root.operation}`,
    started: iso(root?.start ?? 0),
    duration_ms: round(total),
    errors: failed.length,
    spans: trace.spans.length,
    critical_path: trace.spans
      .flatMap((span) => ({ span, ms: path.get(span.id) ?? 0 }))
      .filter(({ ms }) => ms > 0)
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, PATH_STEPS)
      .map(({ span: { service, operation, error }, ms }) => ({
        ...{ service, operation, ms: round(ms), error },
        share: round(total === 0 ? 0 : ms / total, 2),
      })),
    first_error:
      first === undefined ? null : { service: first.service, operation: first.operation, attributes: first.attributes },
  };
}

/** The first span; the longest of several when callers are missing. */
export function rootOf({ spans }: Trace): Span | undefined {
  const known = new Set(spans.map(({ id }) => id));
  return spans
    .filter(({ parent }) => parent === null || !known.has(parent))
    .toSorted((a, b) => b.durationMs - a.durationMs)[0];
}

export function timedOf({ id, parent, start, durationMs }: Span): TimedSpan {
  return { id, parent, start, end: start + durationMs };
}

interface Seen {
  service: string;
  operation: string;
  /** One value for each trace that went through it. */
  self: number[];
  calls: number;
  failed: number;
}

/** By the time that is spent in them, over all traces. */
export function reportOperations(traces: readonly Trace[]): OperationReport[] {
  return [...operationsOf(traces).values()]
    .toSorted((a, b) => sum(b.self) - sum(a.self))
    .map(({ service, operation, self, calls, failed }) => ({
      ...{ service, operation, traces: self.length, self_ms: round(medianOf(self)) },
      calls_per_trace: round(calls / self.length, 3),
      error_share: round(failed / self.length, 2),
    }));
}

/** What changed most comes first: by the difference of the time spent, then of the failures. */
export function compareOperations(before: readonly Trace[], after: readonly Trace[]): ComparedOperation[] {
  const [was, is] = [operationsOf(before), operationsOf(after)];
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  const rows = keys.flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    const one = now ?? old;
    if (one === undefined) return [];
    const from = old === undefined ? 0 : medianOf(old.self);
    const to = now === undefined ? 0 : medianOf(now.self);
    const score = compare(old?.self ?? [], now?.self ?? [])?.shiftScore ?? null;
    const share = (seen: Seen | undefined) => (seen === undefined ? 0 : seen.failed / seen.self.length);
    const calls = (seen: Seen | undefined) => (seen === undefined ? 0 : seen.calls / seen.self.length);
    const row: ComparedOperation = {
      ...{ service: one.service, operation: one.operation },
      self_ms: {
        ...{ before: round(from), after: round(to), ratio: from === 0 ? null : round(to / from) },
        shift_score: score === null ? null : round(score),
      },
      calls_per_trace: { before: round(calls(old), 3), after: round(calls(now), 3) },
      error_share: { before: round(share(old), 2), after: round(share(now), 2) },
    };
    return [{ row, moved: Math.abs(to - from), failing: Math.abs(share(now) - share(old)) }];
  });
  return rows.toSorted((a, b) => b.moved - a.moved || b.failing - a.failing).map(({ row }) => row);
}

function operationsOf(traces: readonly Trace[]): Map<string, Seen> {
  const all = new Map<string, Seen>();
  for (const trace of traces) {
    const self = selfTimes(trace.spans.map(timedOf));
    const inTrace = new Map<string, { span: Span; self: number; calls: number; failed: boolean }>();
    for (const span of trace.spans) {
      const key = JSON.stringify([span.service, span.operation]);
      const one = inTrace.get(key) ?? { span, self: 0, calls: 0, failed: false };
      inTrace.set(key, {
        ...{ span, self: one.self + (self.get(span.id) ?? 0) },
        ...{ calls: one.calls + 1, failed: one.failed || span.error },
      });
    }
    for (const [key, { span, self: ms, calls, failed }] of inTrace) {
      const seen = all.get(key) ?? { service: span.service, operation: span.operation, self: [], calls: 0, failed: 0 };
      seen.self.push(ms);
      seen.calls += calls;
      seen.failed += failed ? 1 : 0;
      all.set(key, seen);
    }
  }
  return all;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
