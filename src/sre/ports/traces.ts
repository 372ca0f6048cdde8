import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';
import type { Newest } from './newest.ts';

export interface Span {
  id: string;
  /** Null for the first span, and for one whose caller is not in the trace. */
  parent: string | null;
  service: string;
  operation: string;
  /** Milliseconds since 1970; fractions count. */
  start: number;
  durationMs: number;
  error: boolean;
  attributes: Record<string, string>;
}
export interface Trace {
  id: string;
  /** By start. */
  spans: Span[];
}
export interface TraceQuery {
  /** Traces that went through it. */
  service: string;
  operation: string | null;
  range: TimeRange;
  /** Of a span of the service; null for any. */
  minDurationMs: number | null;
  errorsOnly: boolean;
  limit: number;
}
/** The newest trace is the one that began last. */
export interface Traces extends Newest {
  /** Whole traces that began in the range. A sample: which of many come, the source decides; `truncated` when there may be more. */
  search(query: TraceQuery, signal: AbortSignal): Promise<Answer<Trace[]>>;
  /** Null when the source has no such trace: traces are sampled and kept for days. */
  get(id: string, signal: AbortSignal): Promise<Answer<Trace | null>>;
}
