/** What becomes of a model request that gives no answer. What was spent until then counts, also against the budget. */
import type { ModelUsage } from '../../events.ts';
import type { EventId } from '../../ids.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import { noUsage } from '../state/spent.ts';
import type { Turn } from '../turn.ts';
import type { NoAnswer } from './ask.ts';
import { setback } from './setback.ts';

/** A request that does not fit is no error that anybody has to hear of: `tooLong` says what its end means. */
export function brokenOff(
  turn: Turn,
  start: EventId,
  heard: NoAnswer,
  tooLong: (cost: number | null) => Memo,
): NewLogRow[] {
  const cost = listCost(turn.agent().model, heard.usage);
  if (heard.kind === 'cut') return [cutOff(turn, start, heard.usage, cost)];
  const event = requestEnd(turn, start, true, heard.usage);
  if (heard.error.fault === 'too_long') return [{ event, memo: tooLong(cost) }];
  return [{ event, memo: { kind: 'failed', cost } satisfies Memo }, ...setback(turn, heard.error)];
}

/** A person's interrupt is no error. */
export function cutOff(turn: Turn, start: EventId, usage: ModelUsage, cost: number | null): NewLogRow {
  const failed = turn.halt.reason() !== 'interrupt';
  return { event: requestEnd(turn, start, failed, usage), memo: { kind: 'cut', cost } satisfies Memo };
}

/** The end of a request that gave no answer. */
export function requestEnd(turn: Turn, request: EventId, failed: boolean, usage: ModelUsage = noUsage) {
  return {
    ...stamp(turn.now()),
    type: 'span.model_request_end' as const,
    model_request_start_id: request,
    is_error: failed,
    model_usage: usage,
  };
}
