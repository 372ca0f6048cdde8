import type { Verdict } from '../../review.ts';

/** What one kind of check makes of a statement. */
export interface Opinion {
  verdict: Verdict;
  why: string;
}
