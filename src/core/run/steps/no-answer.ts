/** What becomes of a model request that gives no answer. */
import type { EventId } from '../../ids.ts';
import { ModelError } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import type { Turn } from '../turn.ts';
import { requestEnd } from './recover.ts';

/** An adapter that breaks its promise is a fault of this server, which no retry mends. */
export function modelFailure(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError('invalid_request', `The model adapter failed: ${reason}`, { cause: error });
}

/** The end of a request that was cut off on purpose: a person's interrupt is no error. */
export function cutOff(turn: Turn, start: EventId): NewLogRow {
  return { event: requestEnd(turn, start, turn.halt.reason() !== 'interrupt'), memo: { kind: 'cut' } };
}
