import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';
import type { Newest } from './newest.ts';

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
export interface Logs extends Newest {
  /** Lines in time order. `data.total` counts all matches, also those beyond the limit; null when the source cannot say. */
  search(query: LogQuery, signal: AbortSignal): Promise<Answer<{ lines: LogLine[]; total: number | null }>>;
  /**
   * Streams every matching line, bounded by `maxLines`, for template mining and for the incident's log window. Where several
   * sources stand behind it, one that breaks on the way is added to `warnings` and `looks` then.
   */
  scan(
    query: Omit<LogQuery, 'limit' | 'order'> & { maxLines: number },
    signal: AbortSignal,
  ): Promise<Answer<AsyncIterable<LogLine>>>;
}
