import type { SessionEvent } from '../../events.ts';
import type { Memo } from './memo.ts';

/** One line of the log, as far as the brain needs it; what is only life cycle is left out. */
export interface Line {
  event: SessionEvent;
  memo: Memo | null;
}
/** The lines so far, newest first: appending one costs the same however long the log is. */
export type Lines = { line: Line; earlier: Lines } | null;
