import type { EventId } from '../../ids.ts';
import { stamp } from '../draft.ts';
import type { Turn } from '../turn.ts';

/** A process died while the model was answering: nothing of that answer counts, and the request is closed as failed. */
export function recover(turn: Turn, request: EventId): void {
  turn.stage({ rows: [{ event: requestEnd(turn, request, true), memo: { kind: 'crashed' } }] });
}

/** The end of a request that gave no answer. */
export function requestEnd(turn: Turn, request: EventId, failed: boolean) {
  return {
    ...stamp(turn.now()),
    type: 'span.model_request_end' as const,
    model_request_start_id: request,
    is_error: failed,
    model_usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  };
}
