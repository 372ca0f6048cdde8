/**
 * The primary thread asks its advisor: a thread of one answer, written beside the primary's own log. That it began is on
 * record before the model is asked; the advice and the end of the thread are one write. Whatever goes wrong, the turn goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventId, ThreadId } from '../../ids.ts';
import { mint } from '../../ids.ts';
import { ModelError, type ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { ADVISOR_NAME, advisorOf } from '../../threads.ts';
import { advisorPrompt, advisorQuestion, readAdvice } from '../advice/question.ts';
import { beginAdvice, type Consultation, endAdvice, findAdvice, write } from '../advice/thread.ts';
import { systemPrompt } from '../context/prompt.ts';
import { transcript } from '../context/transcript.ts';
import { stamp } from '../draft.ts';
import { listCost } from '../prices.ts';
import { ADVISOR_TOOL } from '../state/memo.ts';
import { noneSpent, spend } from '../state/spent.ts';
import type { Turn } from '../turn.ts';
import { listen, type Response } from './listen.ts';
import { modelFailure } from './no-answer.ts';
import { requestEnd } from './recover.ts';

/** The first included, also those of processes that died over it. */
const attempts = 3;
const pauseMs = 1_000;

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
  const it = left === null ? beginAdvice(turn, model) : await findAdvice(turn, left);
  if (it.open !== null) write(turn, it, { own: [cutOff(turn, it.open)] });
  for (let attempt = it.asked + 1; attempt <= attempts; attempt += 1) {
    if (turn.halt.reason() !== null) return turn.commit();
    const start = mint('sevt', turn.now());
    write(turn, it, { own: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
    await turn.commit();
    const answer = await ask(turn, it, request);
    if (answer !== null && !(answer instanceof ModelError)) return settle(turn, it, start, answer);
    write(turn, it, { own: [cutOff(turn, start, answer !== null)] });
    if (answer === null) return turn.commit();
    if (!answer.retryable) break;
    await sleep(pauseMs * attempt, undefined, { signal: turn.halt.signal() }).catch(() => undefined);
  }
  if (turn.halt.reason() === null) endAdvice(turn, it, { type: 'retries_exhausted' });
}

export async function closeAdvice(turn: Turn, thread: ThreadId): Promise<void> {
  const it = await findAdvice(turn, thread);
  if (it.open !== null) write(turn, it, { own: [cutOff(turn, it.open)] });
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

/** Null when it was cut off on purpose. */
async function ask(turn: Turn, it: Consultation, request: ModelRequest): Promise<Response | ModelError | null> {
  const signal = turn.halt.signal();
  const { models, store } = turn.ports;
  try {
    const response = await listen(models.for(request.model).respond(request, signal), { store, log: it.thread });
    return signal.aborted ? null : response;
  } catch (error) {
    return signal.aborted ? null : modelFailure(error);
  }
}

function cutOff(turn: Turn, request: EventId, failed = true): NewLogRow {
  return { event: requestEnd(turn, request, failed), memo: { kind: 'cut' } };
}

function settle(turn: Turn, it: Consultation, start: EventId, { blocks, end, message }: Response): void {
  const advice = end.stop === 'refusal' ? '' : readAdvice(blocks);
  const content = [{ type: 'text' as const, text: advice }];
  const memo = {
    kind: 'graded' as const,
    cost: listCost(it.model, end.usage.speed ?? 'standard', end.usage),
  };
  const ended: NewLogRow = {
    event: { ...requestEnd(turn, start, false), model_usage: end.usage },
    memo,
  };
  const spent = { spent: spend(noneSpent, end.usage, memo) };
  const primary = turn.thread.id;
  if (advice === '') {
    write(turn, it, { own: [ended], ...spent });
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
    ...spent,
  });
  endAdvice(turn, it, { type: 'end_turn' });
}
