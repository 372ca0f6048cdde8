import { type EventId, mint } from '../../ids.ts';
import { ModelError, type ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { stamp } from '../draft.ts';
import { transcript } from '../transcript.ts';
import type { Turn } from '../turn.ts';
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
  const answer = await ask(turn, request);
  if (answer === null) turn.stage({ rows: [cutOff(turn, start)] });
  else if (answer instanceof ModelError) turn.stage({ rows: failureLines(turn, start, answer) });
  else turn.stage(responseLines(turn, start, answer));
}

/** Null when the request was cut off on purpose. */
async function ask(turn: Turn, request: ModelRequest): Promise<Response | ModelError | null> {
  const signal = turn.halt.signal();
  const { models, store } = turn.ports;
  try {
    const response = await listen(models.for(request.model).respond(request, signal), { store, log: turn.log });
    return signal.aborted ? null : response;
  } catch (error) {
    return signal.aborted ? null : modelFailure(error);
  }
}

/** What does not fit is made shorter and asked again; nobody has to hear of it as an error. */
function failureLines(turn: Turn, start: EventId, error: ModelError): NewLogRow[] {
  const failed = requestEnd(turn, start, true);
  if (error.fault === 'too_long') return [{ event: failed, memo: { kind: 'full' } }];
  return [{ event: failed }, ...setback(turn, error)];
}
