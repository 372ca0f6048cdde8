/**
 * The primary thread asks its advisor: a thread of one answer, written beside the primary's own log. That it began is on
 * record before the model is asked; the advice and the end of the thread are one write. Whatever goes wrong, the turn goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventId, ThreadId } from '../../ids.ts';
import { mint } from '../../ids.ts';
import type { ModelError, ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { ADVISOR_NAME, advisorOf } from '../../threads.ts';
import { advisorPrompt, advisorQuestion, readAdvice } from '../advice/question.ts';
import { beginAdvice, type Consultation, endAdvice, findAdvice, write } from '../advice/thread.ts';
import { systemPrompt } from '../context/prompt.ts';
import { transcript } from '../context/transcript.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import { ADVISOR_TOOL, type Memo } from '../state/memo.ts';
import type { Turn } from '../turn.ts';
import { ask, type NoAnswer } from './ask.ts';
import type { Response } from './listen.ts';
import { requestEnd } from './no-answer.ts';

/** The first included, also those of processes that died over it. */
const attempts = 3;
const pauseMs = 1_000;
const longestPauseMs = 20_000;

/** The model that may be asked. Only the primary thread has an advisor, unless a tool of the agent's own has that name. */
export function advisorOfTurn(turn: Turn): string | null {
  const { agent } = turn.body();
  if (!turn.thread.primary || agent.tools.some((tool) => tool.type === 'custom' && tool.name === ADVISOR_TOOL)) {
    return null;
  }
  return advisorOf(agent);
}

export async function consult(turn: Turn, left: ThreadId | null): Promise<void> {
  const model = advisorOfTurn(turn);
  if (model === null) throw new Error('the agent has no advisor');
  const request = await question(turn, model);
  if (turn.halt.reason() !== null) return;
  const it = left === null ? beginAdvice(turn, model) : await findAdvice(turn, left);
  closeRequest(turn, it);
  for (let attempt = it.asked + 1; attempt <= attempts; attempt += 1) {
    if (turn.halt.reason() !== null) return turn.commit();
    const start = mint('sevt', turn.now());
    write(turn, it, { own: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
    await turn.commit();
    const heard = await ask(turn, request, it.thread);
    if (heard.kind === 'answer') return settle(turn, it, start, heard.response);
    write(turn, it, { own: [brokenOff(turn, it, start, heard)] });
    if (heard.kind === 'cut') return turn.commit();
    if (!heard.error.retryable) break;
    await pause(turn, attempt, heard.error);
  }
  if (turn.halt.reason() === null) endAdvice(turn, it, { type: 'retries_exhausted' });
}

/** As long as the service asks for, within bounds: the turn waits for the advice. */
async function pause(turn: Turn, attempt: number, { retryAfterMs }: ModelError): Promise<void> {
  const wait = Math.max(pauseMs * attempt, Math.min(longestPauseMs, retryAfterMs ?? 0));
  await sleep(wait, undefined, { signal: turn.halt.signal() }).catch(() => undefined);
}

export async function closeAdvice(turn: Turn, thread: ThreadId): Promise<void> {
  const it = await findAdvice(turn, thread);
  closeRequest(turn, it);
  endAdvice(turn, it, { type: 'end_turn' });
}

async function question(turn: Turn, model: string): Promise<ModelRequest> {
  const system = systemPrompt(turn.agent(), await turn.mounts(), await turn.checkouts.list());
  const text = advisorQuestion(system, transcript(turn.state()));
  return {
    model,
    effort: 'high',
    speed: 'standard',
    system: advisorPrompt,
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    tools: [],
    maxTokens: turn.limits.maxTokens,
  };
}

/** The one that a process which died left open. */
function closeRequest(turn: Turn, it: Consultation): void {
  if (it.open !== null) {
    write(turn, it, { own: [{ event: requestEnd(turn, it.open, true), memo: { kind: 'crashed' } satisfies Memo }] });
  }
}

function brokenOff(turn: Turn, it: Consultation, start: EventId, { kind, usage }: NoAnswer): NewLogRow {
  const memo: Memo = { kind: 'cut', cost: listCost(asked(it), usage) };
  return { event: requestEnd(turn, start, kind === 'failed', usage), memo };
}

function asked({ model }: Consultation) {
  return { id: model, speed: 'standard' as const };
}

function settle(turn: Turn, it: Consultation, start: EventId, { blocks, end, message }: Response): void {
  const advice = end.stop === 'refusal' ? '' : readAdvice(blocks);
  const content = [{ type: 'text' as const, text: advice }];
  const memo: Memo = { kind: 'graded', cost: listCost(asked(it), end.usage) };
  const ended: NewLogRow = { event: requestEnd(turn, start, false, end.usage), memo };
  const primary = turn.thread.id;
  if (advice === '') {
    write(turn, it, { own: [ended] });
    endAdvice(turn, it, end.stop === 'refusal' ? { type: 'refusal' } : { type: 'retries_exhausted' });
    return;
  }
  const now = turn.now();
  write(turn, it, {
    own: [
      { event: { ...stamp(now), id: message, type: 'agent.message', content } },
      ended,
      { event: { ...stamp(now), type: 'agent.thread_message_sent', content, to_session_thread_id: primary } },
    ],
    shown: [
      {
        event: {
          ...stamp(now),
          type: 'agent.thread_message_received',
          content,
          from_session_thread_id: it.thread,
          from_agent_name: ADVISOR_NAME,
        },
      },
    ],
  });
  endAdvice(turn, it, { type: 'end_turn' });
}
