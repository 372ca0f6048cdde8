import type { Change, ChangeKind } from '../change.ts';
import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';

export interface Changes {
  /** Newest first. `kinds` empty means all. */
  list(
    query: { range: TimeRange; service: string | null; kinds: ChangeKind[]; limit: number },
    signal: AbortSignal,
  ): Promise<Answer<Change[]>>;
  /** Unified diff of one change; `data` null when the change is known but has none. */
  diff(id: string, signal: AbortSignal): Promise<Answer<{ change: Change; diff: string | null }>>;
}
