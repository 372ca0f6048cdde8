import { type EventId, mint } from '../../ids.ts';
import { type ModelChunk, ModelError, type ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { firstKept } from '../context/context.ts';
import { summaryMessages } from '../context/summary.ts';
import { windowOf } from '../context/window.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import type { Turn } from '../turn.ts';
import { cutOff, modelFailure } from './no-answer.ts';
import { prepare } from './prepare.ts';
import { requestEnd } from './recover.ts';
import { setback } from './setback.ts';

interface Summary {
  text: string;
  end: Extract<ModelChunk, { type: 'end' }>;
}

/**
 * Has the model summarize what it can hardly read at once any more. The request is on record before it is sent; the
 * summary and what it stands for come into the log with its end, or not at all. The log itself keeps every line.
 */
export async function compact(turn: Turn): Promise<void> {
  if (turn.halt.reason() !== null) return;
  const request = await summaryRequest(turn);
  const start: EventId = mint('sevt', turn.now());
  turn.stage({ rows: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
  await turn.commit();
  turn.stage({ rows: outcomeLines(turn, start, await summarize(turn, request)) });
}

async function summaryRequest(turn: Turn): Promise<ModelRequest> {
  const state = turn.state();
  const request = await prepare(turn, summaryMessages(state, windowOf(turn)));
  // The text of a conversation leaves nothing to call for; its cached beginning does not serve it anyway.
  return state.context.misses === 0 ? request : { ...request, tools: [] };
}

/** Null when it was cut off on purpose. Nothing of it is shown while it is written: it is nobody's message. */
async function summarize(turn: Turn, request: ModelRequest): Promise<Summary | ModelError | null> {
  const signal = turn.halt.signal();
  let text = '';
  try {
    for await (const chunk of turn.ports.models.for(request.model).respond(request, signal)) {
      if (chunk.type === 'block' && chunk.block.type === 'text') text += chunk.block.text;
      if (chunk.type === 'end') return signal.aborted ? null : { text: text.trim(), end: chunk };
    }
    return new ModelError('connection', 'The response stopped short of its end.');
  } catch (error) {
    return signal.aborted ? null : modelFailure(error);
  }
}

function outcomeLines(turn: Turn, start: EventId, outcome: Summary | ModelError | null): NewLogRow[] {
  if (outcome === null) return [cutOff(turn, start)];
  if (outcome instanceof ModelError) {
    const failed = requestEnd(turn, start, true);
    if (outcome.fault === 'too_long') return [{ event: failed, memo: { kind: 'summary', made: false, cost: 0 } }];
    return [{ event: failed }, ...setback(turn, outcome)];
  }
  const { text, end } = outcome;
  const { model } = turn.agent();
  const made = end.stop !== 'refusal' && text !== '';
  const memo: Memo = { kind: 'summary', made, cost: listCost(model.id, end.usage.speed ?? model.speed, end.usage) };
  const ended = { ...requestEnd(turn, start, !made), model_usage: end.usage };
  return [...(made ? [compaction(turn, outcome)] : []), { event: ended, memo }];
}

function compaction(turn: Turn, { text, end }: Summary): NewLogRow {
  const { lines, context } = turn.state();
  const summary = end.stop === 'max_tokens' ? `${text}\n[The summary reached the output limit here.]` : text;
  const memo: Memo = { kind: 'compacted', summary, from: firstKept(lines, context, windowOf(turn)) };
  return { event: { ...stamp(turn.now()), type: 'agent.thread_context_compacted' }, memo };
}
