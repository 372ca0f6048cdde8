import { type EventId, mint } from '../../ids.ts';
import { transcript } from '../context/transcript.ts';
import { stamp } from '../draft.ts';
import type { Turn } from '../turn.ts';
import { ask } from './ask.ts';
import { brokenOff } from './no-answer.ts';
import { prepare } from './prepare.ts';
import { responseLines } from './respond.ts';

/**
 * Asks the model once. The request is on record before it is sent, and made ready while it is recorded; the whole answer
 * goes into the log at once, or nothing of it does. What went wrong is an event, and a time to try again where that can
 * help. What does not fit is made shorter and asked again.
 */
export async function callModel(turn: Turn): Promise<void> {
  if (turn.halt.reason() !== null) return;
  const request = await prepare(turn, transcript(turn.state()));
  if (turn.halt.reason() !== null) return;
  const start: EventId = mint('sevt', turn.now());
  turn.stage({ rows: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
  const recorded = turn.commit();
  const [heard] = await Promise.all([ask(turn, request, turn.log, recorded), recorded]);
  turn.stage(
    heard.kind === 'answer'
      ? responseLines(turn, start, heard.response)
      : { rows: brokenOff(turn, start, heard, (cost) => ({ kind: 'full', cost })) },
  );
}
