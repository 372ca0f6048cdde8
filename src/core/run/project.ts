/** The session document as the log makes it: status, usage and times. Pure. */
import type { SessionBody } from '../documents.ts';
import type { SessionEvent, SessionUsage } from '../events.ts';
import type { ThreadBody, ThreadSpent } from '../threads.ts';
import { iso } from './draft.ts';
import type { State } from './state.ts';

/** True for events after which the document reads differently. */
export function moves(event: SessionEvent): boolean {
  switch (event.type) {
    case 'session.status_running':
    case 'session.status_idle':
    case 'session.status_rescheduled':
    case 'span.model_request_end':
    case 'user.define_outcome':
    case 'span.outcome_evaluation_start':
    case 'span.outcome_evaluation_end':
      return true;
    default:
      return false;
  }
}

/** `spent` is that of all threads. */
export function project(body: SessionBody, state: State, spent: ThreadSpent, now: number): SessionBody {
  return {
    ...body,
    status: body.status === 'terminated' ? 'terminated' : state.status,
    outcome_evaluations: state.evaluations,
    usage: usageOf(state, spent, now),
    updated_at: iso(now),
    hidden: {
      ...body.hidden,
      active_ms: state.activeMs,
      running_since: state.runningSince,
      cost: spent.cost,
    },
  };
}

export function projectThread(body: ThreadBody, state: State, now: number): ThreadBody {
  return {
    ...body,
    status: state.status,
    updated_at: iso(now),
    archived_at: state.status === 'terminated' ? iso(now) : body.archived_at,
    hidden: {
      spent: state.spent,
      active_ms: state.activeMs,
      running_since: state.runningSince,
      rested: body.hidden.rested || state.rested !== null,
    },
  };
}

/** Cumulative over the session. `list_cost` is left out while any request's price is unknown. */
export function usageOf(
  state: Pick<State, 'activeMs' | 'runningSince'>,
  spent: ThreadSpent,
  now: number,
): SessionUsage {
  const running = state.runningSince === null ? 0 : Math.max(0, now - state.runningSince);
  return {
    input_tokens: spent.input,
    output_tokens: spent.output,
    cache_read_input_tokens: spent.cacheRead,
    cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: spent.cacheWrite },
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
    active_seconds: Math.round(state.activeMs + running) / 1_000,
    ...(spent.cost === null ? {} : { list_cost: { amount: cents(spent.cost), currency: 'USD' as const } }),
  };
}

function cents(micro: number): string {
  return String(Math.round(micro / 10_000));
}

/** Compared exactly, before any rounding to cents. */
export function overBudget(body: SessionBody, spent: ThreadSpent): boolean {
  if (body.budget === null || spent.cost === null) return false;
  return spent.cost >= Number(body.budget.max_list_cost.amount) * 10_000;
}
