import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';

export interface LogLine {
  time: string;
  service: string;
  level: string;
  message: string;
  attributes: Record<string, string>;
}
export interface LogQuery {
  service: string | null;
  /** Case-insensitive substring; an RE2 pattern when `regex` is true. */
  text: string;
  regex: boolean;
  level: string | null;
  range: TimeRange;
  limit: number;
  order: 'asc' | 'desc';
}
export interface Logs {
  /** Lines in time order. `data.total` counts all matches, also those beyond the limit; null when the source cannot say. */
  search(query: LogQuery, signal: AbortSignal): Promise<Answer<{ lines: LogLine[]; total: number | null }>>;
  /** Streams every matching line, bounded by `maxLines`, for template mining and for the incident's log window. */
  scan(
    query: Omit<LogQuery, 'limit' | 'order'> & { maxLines: number },
    signal: AbortSignal,
  ): Promise<Answer<AsyncIterable<LogLine>>>;
  /** When the newest line in the range is of, RFC 3339, of a service or of all; null without one. A log that stopped shows here. */
  newest(query: Pick<LogQuery, 'service' | 'range'>, signal: AbortSignal): Promise<Answer<string | null>>;
}
