import type { SessionErrorType } from '../../events.ts';
import type { ModelError, ModelFault } from '../../ports/model.ts';
import type { NewLogRow } from '../../ports/store.ts';
import { sessionError, stamp } from '../draft.ts';
import { isBusy } from '../threads/others.ts';
import type { Turn } from '../turn.ts';

const firstBackoffMs = 500;
const longestBackoffMs = 30_000;
const longestRetryAfterMs = 120_000;

/** What a model request that failed leaves in the log: the next attempt's time, or the end of the turn. */
export function setback(turn: Turn, error: ModelError): NewLogRow[] {
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
  too_long: 'model_request_failed_error',
  authentication: 'model_request_failed_error',
  billing: 'billing_error',
  unknown_model: 'model_request_failed_error',
};
