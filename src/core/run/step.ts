/** What a turn can do next. `idle` announces why it stops; `release` gives the session back. */
import type { SessionErrorType, StopDetails, StopReason } from '../events.ts';
import type { EventId, ThreadId } from '../ids.ts';
import type { Outcome } from './outcome/outcome.ts';
import type { Call } from './state/calls.ts';

export type Step =
  /** A process died during this model request: close it on record, then go on. */
  | { do: 'recover'; request: EventId }
  /** Nobody will run these any more: each gets an error result. */
  | { do: 'close-calls'; calls: readonly Call[] }
  | { do: 'use-tools'; calls: readonly Call[] }
  /** Nobody waits for this advice any more: its thread is ended. */
  | { do: 'close-advice'; thread: ThreadId }
  /** The advisor is asked, in the thread that a dead process left behind if there is one. */
  | { do: 'consult'; thread: ThreadId | null }
  | { do: 'call-model' }
  /** The context nears what the model can take: older lines are summarized. */
  | { do: 'compact' }
  /** Work is done for now: it is graded. */
  | { do: 'evaluate'; outcome: Outcome }
  | { do: 'fail'; error: SessionErrorType; message: string }
  | { do: 'idle'; why: StopReason; details: StopDetails | null }
  /** Milliseconds since 1970 of the next turn, or null to sleep until input arrives. */
  | { do: 'release'; wakeAt: number | null };
