import type { Change, ChangeKind } from '../change.ts';
import type { TimeRange } from '../evidence.ts';
import type { Answer } from './answer.ts';

export interface Changes {
  /** Newest first. `kinds` empty means all. Asked for a service, a source may add changes whose service it does not know. */
  list(
    query: { range: TimeRange; service: string | null; kinds: ChangeKind[]; limit: number },
    signal: AbortSignal,
  ): Promise<Answer<Change[]>>;
  /** Unified diff of one change; null when the change is known but has none. A source of commits also takes a commit's hash. */
  diff(id: string, signal: AbortSignal): Promise<Answer<{ change: Change; diff: string | null }>>;
}
