import type { SessionErrorType } from '../../events.ts';
import { sessionError } from '../draft.ts';
import type { Turn } from '../turn.ts';

/** Ends the turn with an error; its idle follows. The next message starts afresh. */
export function fail(turn: Turn, type: SessionErrorType, message: string): void {
  turn.stage({ rows: [{ event: sessionError(type, message, 'exhausted', turn.now()) }] });
}
