import type { Change } from '../change.ts';
import type { Changes } from './changes.ts';

/** Changes that others report to Vigil, kept by Vigil. */
export interface ChangeLog extends Changes {
  /** Resolves when it is on disk. False when a change with this id was there before: the first one stays. */
  record(change: Omit<Change, 'hasDiff'>, diff: string | null): Promise<boolean>;
  close(): Promise<void>;
}
