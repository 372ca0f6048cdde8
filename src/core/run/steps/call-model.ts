import type { ModelUsage } from '../../events.ts';
import { type EventId, mint } from '../../ids.ts';
import { ModelError, type ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { transcript } from '../context/transcript.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import type { Turn } from '../turn.ts';
import { noUsage } from './evaluate.ts';
import { listen, type Response } from './listen.ts';
import { cutOff, modelFailure } from './no-answer.ts';
import { prepare } from './prepare.ts';
import { requestEnd } from './recover.ts';
import { responseLines } from './respond.ts';
import { setback } from './setback.ts';

/**
 * Asks the model once. The request is on record before it is sent; the whole answer goes into the log at once, or
 * nothing of it does. What went wrong is an event, and a time to try again where that can help.
 */
export async function callModel(turn: Turn): Promise<void> {
  if (turn.halt.reason() !== null) return;
  const request = await prepare(turn, transcript(turn.state()));
  if (turn.halt.reason() !== null) return;
  const start: EventId = mint('sevt', turn.now());
  turn.stage({ rows: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
  await turn.commit();
  let spent = noUsage;
  const answer = await ask(turn, request, (usage) => {
    spent = usage;
  });
  if (answer === null || answer instanceof ModelError) turn.stage({ rows: brokenOff(turn, start, answer, spent) });
  else turn.stage(responseLines(turn, start, answer));
}

/** Null when the request was cut off on purpose. */
async function ask(
  turn: Turn,
  request: ModelRequest,
  begun: (usage: ModelUsage) => void,
): Promise<Response | ModelError | null> {
  const signal = turn.halt.signal();
  const { models, store } = turn.ports;
  try {
    const chunks = models.for(request.model).respond(request, signal);
    const response = await listen(chunks, { store, log: turn.log }, begun);
    return signal.aborted ? null : response;
  } catch (error) {
    return signal.aborted ? null : modelFailure(error);
  }
}

/**
 * What was spent until then counts, also against the budget. What does not fit is made shorter and asked again, and nobody
 * has to hear of it as an error.
 */
function brokenOff(turn: Turn, start: EventId, why: ModelError | null, usage: ModelUsage): NewLogRow[] {
  const { model } = turn.agent();
  const cost = listCost(model.id, usage.speed ?? model.speed, usage);
  const cut = why === null ? cutOff(turn, start) : { event: requestEnd(turn, start, true) };
  const event = { ...cut.event, model_usage: usage };
  if (why === null) return [{ event, memo: { kind: 'cut', cost } satisfies Memo }];
  if (why.fault === 'too_long') return [{ event, memo: { kind: 'full', cost } satisfies Memo }];
  return [{ event, memo: { kind: 'failed', cost } satisfies Memo }, ...setback(turn, why)];
}
