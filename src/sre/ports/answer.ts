/** How every source answers. "Nothing found" (`ok` with empty data) and "could not look" are different types. */
import type { TimeRange } from '../evidence.ts';

export type Answer<Data> =
  | {
      status: 'ok';
      data: Data;
      /** Adapter and place, for the evidence record: `prometheus http://…`, `world s1-connection-leak`. */
      source: string;
      range: TimeRange | null;
      /** True when a limit cut the data; the tool says so to the model. */
      truncated: boolean;
      warnings: string[];
      /** Deep link to the same query, when the source has one. */
      url: string | null;
      /** Where several sources stand behind the answer: each, also those that could not be asked. */
      looks?: Look[];
    }
  | Unavailable;

export interface Unavailable {
  status: 'unavailable';
  source: string;
  /** `behind`: it answers, and what was asked for has not come to it. */
  why:
    | 'not_configured'
    | 'unreachable'
    | 'forbidden'
    | 'timeout'
    | 'rate_limited'
    | 'malformed'
    | 'bad_query'
    | 'behind';
  detail: string;
}

/** One of the sources behind an answer: how much it found and whether that is all, or why it could not be asked. */
export type Look =
  | {
      status: 'ok';
      source: string;
      found: number;
      truncated: boolean;
      /** Deep link to the same query there, when it found something and has one. */
      url?: string;
    }
  | Unavailable;
