/** One request to a model, heard to its end or to where it broke off. What was spent until then is always known. */
import type { ModelUsage } from '../../events.ts';
import type { LogId } from '../../ids.ts';
import { ModelError, type ModelRequest } from '../../ports/model.ts';
import { noUsage } from '../state/spent.ts';
import type { Turn } from '../turn.ts';
import { listen, type Response } from './listen.ts';

export type NoAnswer =
  /** Cut off on purpose: a person interrupts, or this process leaves. */
  { kind: 'cut'; usage: ModelUsage } | { kind: 'failed'; error: ModelError; usage: ModelUsage };
export type Heard = { kind: 'answer'; response: Response } | NoAnswer;

/**
 * Its text is shown, while it is written, to those who watch the log `show`; null for what is nobody's message. The request
 * leaves when `recorded` resolves: a caller that passes it looks itself at whether it did.
 */
export async function ask(
  turn: Turn,
  request: ModelRequest,
  show: LogId | null,
  recorded: Promise<unknown> = Promise.resolve(),
): Promise<Heard> {
  const signal = turn.halt.signal();
  let usage = noUsage;
  try {
    const chunks = turn.ports.models.for(request.model).respond(request, { recorded, signal });
    const response = await listen(chunks, show === null ? null : { store: turn.ports.store, log: show }, (spent) => {
      usage = spent;
    });
    return signal.aborted ? { kind: 'cut', usage: response.end.usage } : { kind: 'answer', response };
  } catch (error) {
    return signal.aborted ? { kind: 'cut', usage } : { kind: 'failed', error: modelError(error), usage };
  }
}

/** An adapter that breaks its promise is a fault of this server, which no retry mends. */
function modelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError('invalid_request', `The model adapter failed: ${reason}`, { cause: error });
}
