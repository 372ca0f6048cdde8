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
    }
  | {
      status: 'unavailable';
      source: string;
      why: 'not_configured' | 'unreachable' | 'forbidden' | 'timeout' | 'malformed' | 'bad_query';
      detail: string;
    };
