import { type EventId, mint } from '../../ids.ts';
import type { ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { firstKept } from '../context/context.ts';
import { summaryMessages } from '../context/summary.ts';
import { windowOf } from '../context/window.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import type { Memo } from '../state/memo.ts';
import type { Turn } from '../turn.ts';
import { ask, type Heard } from './ask.ts';
import type { Response } from './listen.ts';
import { brokenOff, requestEnd } from './no-answer.ts';
import { prepare } from './prepare.ts';

/**
 * Has the model summarize what it can hardly read at once any more. The request is on record before it is sent; the
 * summary and what it stands for come into the log with its end, or not at all. The log itself keeps every line.
 */
export async function compact(turn: Turn): Promise<void> {
  if (turn.halt.reason() !== null) return;
  const request = await summaryRequest(turn);
  if (turn.halt.reason() !== null) return;
  const start: EventId = mint('sevt', turn.now());
  turn.stage({ rows: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
  await turn.commit();
  // Nothing of it is shown while it is written: it is nobody's message.
  turn.stage({ rows: outcomeLines(turn, start, await ask(turn, request, null)) });
}

async function summaryRequest(turn: Turn): Promise<ModelRequest> {
  const state = turn.state();
  const request = await prepare(turn, summaryMessages(state, windowOf(turn)));
  // The text of a conversation leaves nothing to call for; its cached beginning does not serve it anyway.
  return state.context.misses === 0 ? request : { ...request, tools: [] };
}

/** What was cut short is marked; an answer that is no text, or that was to go on with calls, is no summary. */
function summaryOf({ blocks, end }: Response): string | null {
  const text = blocks
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('')
    .trim();
  if (text === '') return null;
  switch (end.stop) {
    case 'end_turn':
      return text;
    case 'max_tokens':
      return `${text}\n[The summary reached the output limit here.]`;
    case 'tool_use':
    case 'pause_turn':
    case 'refusal':
      return null;
  }
}

function outcomeLines(turn: Turn, start: EventId, heard: Heard): NewLogRow[] {
  if (heard.kind !== 'answer') return brokenOff(turn, start, heard, (cost) => ({ kind: 'summary', made: false, cost }));
  const { usage } = heard.response.end;
  const summary = summaryOf(heard.response);
  const made = summary !== null;
  const memo: Memo = { kind: 'summary', made, cost: listCost(turn.agent().model, usage) };
  const ended = { event: requestEnd(turn, start, !made, usage), memo };
  return made ? [compaction(turn, summary), ended] : [ended];
}

function compaction(turn: Turn, summary: string): NewLogRow {
  const { lines, context } = turn.state();
  const memo: Memo = { kind: 'compacted', summary, from: firstKept(lines, context, windowOf(turn)) };
  return { event: { ...stamp(turn.now()), type: 'agent.thread_context_compacted' }, memo };
}
