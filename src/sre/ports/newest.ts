import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';

/** How far a source reaches: one that stopped, or is late, shows here. */
export interface Newest {
  /**
   * When the newest thing it holds in the range is of, RFC 3339, of a service or of all; null without one, and where it cannot
   * be told.
   */
  newest(query: { service: string | null; range: TimeRange }, signal: AbortSignal): Promise<Answer<string | null>>;
  /** Where several sources stand behind it: each, because one that stopped does not show in the newest of all. */
  parts?: readonly { name: string; newest: Newest['newest'] }[];
}
