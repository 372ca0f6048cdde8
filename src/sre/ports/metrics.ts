import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';

export interface MetricInfo {
  name: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  help: string;
  unit: string;
  /** Label names, and up to 20 values each, so that an empty answer can be corrected. */
  labels: Record<string, string[]>;
  series: number;
}
export interface MetricQuery {
  metric: string;
  /** Exact label matches. */
  labels: Record<string, string>;
  range: TimeRange;
  /** Seconds between points; the source may widen it and says so. */
  stepSeconds: number;
  /** Counters are turned into per-second rates unless told otherwise. */
  as: 'auto' | 'raw' | 'rate';
  groupBy: string[];
  aggregate: 'sum' | 'avg' | 'max' | 'min' | 'none';
  /** At most this many series; above it the answer is truncated. */
  limit: number;
}
export interface Series {
  metric: string;
  labels: Record<string, string>;
  unit: string;
  /** Milliseconds and value; a gap is a missing point, not a zero. */
  points: [number, number][];
  /** The newest sample the source holds, even before the range's end: a frozen exporter shows here. */
  lastSampleAt: string | null;
}
export interface Metrics {
  list(
    query: { match: string; service: string | null; limit: number },
    signal: AbortSignal,
  ): Promise<Answer<MetricInfo[]>>;
  query(query: MetricQuery, signal: AbortSignal): Promise<Answer<Series[]>>;
}
