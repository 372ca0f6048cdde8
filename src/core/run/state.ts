/** What the log says about a session, as a value. `fold` reads one more line; nothing else makes a state. */

import type { SessionStatus } from '../documents.ts';
import type { EventOf, OutcomeEvaluation, SessionErrorType, SessionEvent, StopDetails, StopReason } from '../events.ts';
import type { EventId, ThreadId } from '../ids.ts';
import type { ThreadSpent } from '../threads.ts';
import { type Context, compacted, emptyContext, freshTries, grow } from './context/context.ts';
import { foldEvaluations, foldOutcome, type Outcome } from './outcome/outcome.ts';
import { afterAnswer } from './state/after-answer.ts';
import { answeredCall, type Call, decided, openCall, wasAllowed } from './state/calls.ts';
import { isStoppable } from './state/in-turn.ts';
import type { Line, Lines } from './state/lines.ts';
import { type Memo, memoOf } from './state/memo.ts';
import { noneSpent, spend, spendCut } from './state/spent.ts';
import { endsAdvice, foldOthers, type Other } from './threads/others.ts';
import { LOG_TOOL } from './tools/session-log.ts';

export interface State {
  /** The last line folded in, 0 before the first. */
  seq: number;
  status: SessionStatus;
  /** The stop reason last announced, until work goes on. */
  rested: StopReason | null;
  /** The thread whose log this is; null for the session's own, which is that of its primary thread. */
  own: ThreadId | null;
  /** In the session's own log: the other threads, whether the primary works itself, and why it last stopped. */
  others: readonly Other[];
  working: boolean;
  paused: StopReason | null;
  calls: readonly Call[];
  /** The model request that has begun and not ended. */
  request: EventId | null;
  /** The model has not answered the latest input or results yet. */
  owed: boolean;
  interrupted: boolean;
  /** The error that has ended the turn; only its idle is missing. */
  failed: SessionErrorType | null;
  refusal: StopDetails | null;
  /** Counted since the latest user message: model requests, crashes met, answers that had to be continued. */
  requests: number;
  crashes: number;
  continued: number;
  /** Answers in a row that made only calls which had to be refused. */
  refused: number;
  /** The model asked for its advisor, who has not been heard yet. */
  advice: boolean;
  /** Model errors in a row, and when to ask again. */
  failures: number;
  retryAt: number | null;
  /** The sandbox has run something, so a new one has forgotten something. */
  handsUsed: boolean;
  /** What the work is graded for, and all that it was graded for so far. */
  outcome: Outcome | null;
  evaluations: readonly OutcomeEvaluation[];
  /** What of the lines the model still reads, and how much that is. */
  context: Context;
  spent: ThreadSpent;
  activeMs: number;
  runningSince: number | null;
  lines: Lines;
}
export function emptyState(own: ThreadId | null = null): State {
  return {
    own,
    others: [],
    working: false,
    paused: null,
    seq: 0,
    status: 'idle',
    rested: null,
    calls: [],
    request: null,
    owed: false,
    interrupted: false,
    failed: null,
    refusal: null,
    requests: 0,
    crashes: 0,
    continued: 0,
    refused: 0,
    advice: false,
    failures: 0,
    retryAt: null,
    handsUsed: false,
    outcome: null,
    evaluations: [],
    context: emptyContext,
    spent: noneSpent,
    activeMs: 0,
    runningSince: null,
    lines: null,
  };
}

/** The state after one more line. Lines of kinds that do not concern the brain change nothing but `seq`. */
export function fold(state: State, row: { seq: number; event: SessionEvent; memo?: unknown }): State {
  const line = { event: row.event, memo: memoOf(row.memo) };
  return { ...foldLine(state, line), seq: Math.max(state.seq, row.seq) };
}

function foldLine(state: State, line: Line): State {
  const { event } = line;
  switch (event.type) {
    case 'user.define_outcome':
    case 'span.outcome_evaluation_start':
    case 'span.outcome_evaluation_ongoing':
    case 'span.outcome_evaluation_end':
      return foldGrading(state, event, line);
    case 'user.message':
      return remember(state.failed !== null ? state : { ...afresh(state), owed: true, paused: null }, line);
    case 'agent.thread_message_received':
      // What threads say to the primary is part of its turn: they cannot keep each other busy for ever.
      return remember(
        state.failed !== null ? state : { ...(state.own === null ? state : afresh(state)), owed: true, paused: null },
        line,
      );
    case 'system.message':
      return remember(state, line);
    case 'user.interrupt':
      return concerns(state, event.session_thread_id) && isStoppable(state) ? { ...state, interrupted: true } : state;
    case 'user.tool_confirmation':
      return { ...state, calls: decided(state.calls, event) };
    case 'user.custom_tool_result':
    case 'user.tool_result':
      return settle(state, answeredCall(event), line);
    case 'agent.tool_result':
      return settle(state, event.tool_use_id, line);
    case 'agent.mcp_tool_result':
      return settle(state, event.mcp_tool_use_id, line);
    case 'agent.message':
      return remember(state, line);
    case 'agent.thread_context_compacted':
      return { ...state, context: compacted(state.context, state.lines, line.memo) };
    case 'agent.tool_use':
    case 'agent.mcp_tool_use':
    case 'agent.custom_tool_use':
      if (event.session_thread_id !== undefined) return state;
      return remember({ ...state, calls: [...state.calls, openCall(event, line.memo)] }, line);
    case 'span.model_request_start':
      return { ...state, request: event.id, requests: state.requests + 1 };
    case 'span.model_request_end':
      return remember(
        endRequest({ ...state, request: null, spent: spend(state.spent, event.model_usage, line.memo) }, line.memo),
        line,
      );
    case 'session.error':
      return foldError(state, event, line.memo);
    default:
      return foldStatus(state, event);
  }
}

type Grading = EventOf<
  | 'user.define_outcome'
  | 'span.outcome_evaluation_start'
  | 'span.outcome_evaluation_ongoing'
  | 'span.outcome_evaluation_end'
>;

/** What is not good enough, and the end after the last try, go back to the agent; every other end is the end. */
function foldGrading(state: State, event: Grading, line: Line): State {
  const graded = {
    ...state,
    outcome: foldOutcome(state.outcome, line),
    evaluations: foldEvaluations(state.evaluations, event),
  };
  switch (event.type) {
    case 'user.define_outcome':
      return remember(state.failed !== null ? graded : { ...afresh(graded), owed: true, paused: null }, line);
    case 'span.outcome_evaluation_start':
      return graded;
    case 'span.outcome_evaluation_ongoing':
      return { ...graded, spent: spendCut(state.spent, line.memo), crashes: state.crashes + crash(line.memo) };
    case 'span.outcome_evaluation_end': {
      const back = event.result === 'needs_revision' || event.result === 'max_iterations_reached';
      const spent = spend(state.spent, event.usage, line.memo);
      return remember({ ...graded, spent, failures: 0, ...(back && { owed: true, requests: 0 }) }, line);
    }
  }
}

function foldError(state: State, { error }: EventOf<'session.error'>, memo: Memo | null): State {
  if ('mcp_server_name' in error || 'repository_url' in error) return state;
  if (error.retry_status.type !== 'retrying') return { ...state, failed: error.type, owed: false };
  return { ...state, failures: state.failures + 1, retryAt: memo?.kind === 'retry' ? memo.at : null };
}

function afresh(state: State): State {
  const context = { ...state.context, ...freshTries };
  return { ...state, requests: 0, crashes: 0, continued: 0, refused: 0, context };
}

/** Whether an interrupt is for this thread. */
function concerns(state: State, thread: ThreadId | undefined): boolean {
  return state.own !== null || !state.others.some((other) => other.id === thread);
}

function foldStatus(state: State, event: SessionEvent): State {
  if (state.own === null && !event.type.startsWith('session.status_')) return foldThread(state, event);
  const at = event.processed_at === null ? 0 : Date.parse(event.processed_at);
  switch (event.type) {
    case 'session.status_running':
    case 'session.thread_status_running': {
      const begun = { ...state, status: 'running' as const, rested: null, runningSince: at };
      return state.others.length > 0 ? begun : { ...begun, working: true, retryAt: null };
    }
    case 'session.status_rescheduled':
    case 'session.thread_status_rescheduled':
      return { ...clockOff(state, at), status: 'rescheduling', working: false };
    case 'session.status_terminated':
    case 'session.thread_status_terminated':
      return { ...clockOff(state, at), status: 'terminated' };
    case 'session.status_idle':
    case 'session.thread_status_idle': {
      const resting = { ...clockOff(state, at), status: 'idle' as const, rested: event.stop_reason };
      return state.others.length > 0 ? resting : rest(resting, event.stop_reason);
    }
    default:
      return state;
  }
}

/** The threads of a session as its own log tells of them, the primary among them. */
function foldThread(state: State, event: SessionEvent): State {
  const others = foldOthers(state.others, event);
  if (others !== state.others) return { ...state, others, advice: state.advice && !endsAdvice(event) };
  switch (event.type) {
    case 'session.thread_status_running':
      return { ...state, working: true, retryAt: null };
    case 'session.thread_status_rescheduled':
      return { ...state, working: false };
    case 'session.thread_status_idle':
      return rest(state, event.stop_reason);
    default:
      return state;
  }
}

function rest(state: State, why: StopReason): State {
  const paused = why.type === 'requires_action' || why.type === 'budget_reached';
  return {
    ...state,
    working: false,
    paused: why,
    interrupted: false,
    failed: null,
    refusal: null,
    retryAt: null,
    failures: 0,
    owed: paused && state.owed,
    advice: paused && state.advice,
  };
}

function clockOff(state: State, at: number): State {
  if (state.runningSince === null) return state;
  return { ...state, runningSince: null, activeMs: state.activeMs + Math.max(0, at - state.runningSince) };
}

/** The first result of an open call counts; a second or a late one is on record and changes nothing. */
function settle(state: State, id: EventId, line: Line): State {
  const call = state.calls.find((open) => open.id === id);
  if (call === undefined) return state;
  const ran = call.by === 'hands' && call.server === null && call.name !== LOG_TOOL && wasAllowed(call);
  const calls = state.calls.filter((open) => open.id !== id);
  const crashes = state.crashes + crash(line.memo);
  return remember({ ...state, calls, owed: true, crashes, handsUsed: state.handsUsed || ran }, line);
}

function endRequest(state: State, memo: Memo | null): State {
  switch (memo?.kind) {
    case 'summary':
      return { ...state, failures: 0 };
    case 'answer':
      return { ...state, ...afterAnswer(state, memo) };
    default:
      return { ...state, crashes: state.crashes + crash(memo) };
  }
}

/** Of a request, an evaluation or a call. */
function crash(memo: Memo | null): number {
  return memo?.kind === 'crashed' ? 1 : 0;
}

function remember(state: State, line: Line): State {
  return { ...state, lines: { line, earlier: state.lines }, context: grow(state.context, line) };
}
