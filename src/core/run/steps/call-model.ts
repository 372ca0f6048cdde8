import type { SessionErrorType } from '../../events.ts';
import { type EventId, mint } from '../../ids.ts';
import { ModelError, type ModelFault, type ModelRequest } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { attach } from '../attach.ts';
import { sessionError, stamp } from '../draft.ts';
import type { Mounts } from '../mounts.ts';
import { isBusy } from '../others.ts';
import { systemPrompt } from '../prompt.ts';
import { coordinatorTools } from '../tools/coordinator.ts';
import { offeredTools } from '../tools/evaluate.ts';
import { transcript } from '../transcript.ts';
import type { Turn } from '../turn.ts';
import { rosterOfTurn } from './coordinate.ts';
import { listen, type Response } from './listen.ts';
import { requestEnd } from './recover.ts';
import { responseLines } from './respond.ts';

/**
 * Asks the model once. The request is on record before it is sent; the whole answer goes into the log at once, or
 * nothing of it does. What went wrong is an event, and a time to try again where that can help.
 */
export async function callModel(turn: Turn): Promise<void> {
  if (turn.halt.reason() !== null) return;
  const request = await prepare(turn);
  if (turn.thread.primary && !turn.state().repositoriesTold)
    turn.stage({ rows: missingRepositories(turn, await turn.mounts()) });
  const start: EventId = mint('sevt', turn.now());
  turn.stage({ rows: [{ event: { ...stamp(turn.now()), id: start, type: 'span.model_request_start' } }] });
  await turn.commit();
  const answer = await ask(turn, request);
  if (answer instanceof ModelError) {
    turn.stage({ rows: [{ event: requestEnd(turn, start, true) }, ...setback(turn, answer)] });
  } else if (answer === null) {
    turn.stage({
      rows: [{ event: requestEnd(turn, start, turn.halt.reason() !== 'interrupt'), memo: { kind: 'cut' } }],
    });
  } else {
    turn.stage(responseLines(turn, start, answer));
  }
}

async function prepare(turn: Turn): Promise<ModelRequest> {
  const agent = turn.agent();
  const roster = rosterOfTurn(turn);
  const messages = await attach(transcript(turn.state().lines), turn.ports);
  return {
    model: agent.model.id,
    effort: agent.model.effort.type,
    speed: agent.model.speed,
    system: systemPrompt(agent, await turn.mounts()),
    messages,
    tools: [
      ...offeredTools(agent.tools),
      ...(await turn.servers()).offers.map(({ offered }) => offered),
      ...(roster === null ? [] : coordinatorTools(roster)),
    ],
    maxTokens: turn.limits.maxTokens,
  };
}

/** None of the sandboxes of this server can reach a git server, and the session hears so once. */
function missingRepositories(turn: Turn, mounts: Mounts): NewLogRow[] {
  return mounts.repositories.map(({ url, mount_path }) => ({
    event: {
      ...stamp(turn.now()),
      type: 'session.error',
      error: {
        type: 'repository_clone_error',
        message: `The sandbox has no way to a git server: nothing was checked out at ${mount_path}. The session goes on without it.`,
        repository_url: url,
        retry_status: { type: 'retrying' },
      },
    },
  }));
}

/** Null when the request was cut off on purpose. */
async function ask(turn: Turn, request: ModelRequest): Promise<Response | ModelError | null> {
  const signal = turn.halt.signal();
  const { models, store } = turn.ports;
  try {
    const response = await listen(models.for(request.model).respond(request, signal), { store, log: turn.log });
    return signal.aborted ? null : response;
  } catch (error) {
    if (signal.aborted) return null;
    if (error instanceof ModelError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new ModelError('invalid_request', `The model adapter failed: ${reason}`, { cause: error });
  }
}

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;
const longestRetryAfterMs = 120_000;

/** The next attempt's time, or the end of the turn. */
function setback(turn: Turn, error: ModelError): NewLogRow[] {
  const now = turn.now();
  const attempt = turn.state().failures + 1;
  const type = errorTypes[error.fault];
  if (!error.retryable || attempt >= turn.limits.attempts) {
    return [{ event: sessionError(type, error.message, 'exhausted', now) }];
  }
  const backoff = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1)) * (0.75 + Math.random() / 2);
  const asked = Math.min(longestRetryAfterMs, error.retryAfterMs ?? 0);
  const at = Math.round(now + Math.max(backoff, asked));
  const thread = { session_thread_id: turn.thread.id, agent_name: turn.thread.name };
  const alone = turn.thread.primary && !turn.state().others.some(isBusy);
  return [
    { event: sessionError(type, error.message, 'retrying', now), memo: { kind: 'retry', at } },
    { event: { ...stamp(now), type: 'session.thread_status_rescheduled', ...thread } },
    ...(alone ? [{ event: { ...stamp(now), type: 'session.status_rescheduled' as const } }] : []),
  ];
}

const errorTypes: Record<ModelFault, SessionErrorType> = {
  overloaded: 'model_overloaded_error',
  rate_limited: 'model_rate_limited_error',
  timeout: 'model_request_failed_error',
  connection: 'model_request_failed_error',
  server: 'model_request_failed_error',
  invalid_request: 'model_request_failed_error',
  authentication: 'model_request_failed_error',
  billing: 'billing_error',
  unknown_model: 'model_request_failed_error',
};
