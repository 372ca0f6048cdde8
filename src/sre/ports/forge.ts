/** Where code lives and pull requests open. `prepare` only reads; `open` is the one write, resumable by branch. */
import type { PullRequestPlan } from '../action.ts';

export type ChangeRequest = { revert: string } | { patch: string };

export type Prepared =
  | { ok: true; repository: string; base: string; baseSha: string; diff: string; files: PullRequestPlan['files'] }
  | {
      ok: false;
      why: 'no_repository' | 'unknown_commit' | 'conflict' | 'empty' | 'refused_path' | 'too_large' | 'unreachable';
      detail: string;
    };

export type Opened =
  | { ok: true; url: string; number: number | null; branch: string; already: boolean }
  | { ok: false; why: 'base_moved' | 'rejected' | 'unreachable'; detail: string };

export interface Forge {
  /** Works out the exact diff against the current base branch without writing anything. */
  prepare(change: ChangeRequest, signal: AbortSignal): Promise<Prepared>;
  /**
   * Branch, commit, draft pull request. Every step looks before it acts, so that running it again after a crash ends
   * with one branch and one pull request. Refuses with `base_moved` when the base is no longer `plan.baseSha`.
   */
  open(plan: PullRequestPlan, signal: AbortSignal): Promise<Opened>;
}
