import type { EventId } from '../../ids.ts';
import type { Turn } from '../turn.ts';
import { requestEnd } from './no-answer.ts';

/** A process died while the model was answering: nothing of that answer counts, and the request is closed as failed. */
export function recover(turn: Turn, request: EventId): void {
  turn.stage({ rows: [{ event: requestEnd(turn, request, true), memo: { kind: 'crashed' } }] });
}
