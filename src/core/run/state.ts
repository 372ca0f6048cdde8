/** What the log says about a session, as a value. `fold` reads one more line; nothing else makes a state. */

import type { SessionStatus } from '../documents.ts';
import type {
  EventOf,
  ModelUsage,
  SessionEvent,
  StopDetails,
  StopReason,
  UserCustomToolResult,
  UserToolResult,
} from '../events.ts';
import type { EventId } from '../ids.ts';
import { type Memo, memoOf } from './memo.ts';

/** A tool call that has no result yet. */
export interface Call {
  id: EventId;
  /** The MCP server whose tool it is, null for every other tool. */
  server: string | null;
  name: string;
  input: Record<string, unknown>;
  by: 'hands' | 'client';
  permission: 'allow' | 'ask' | 'deny';
  decision: null | { allow: true } | { allow: false; message: string | null };
}

/** One line of the log, as far as the brain needs it; what is only life cycle is left out. */
export interface Line {
  event: SessionEvent;
  memo: Memo | null;
}
/** The lines so far, newest first: appending one costs the same however long the log is. */
export type Lines = { line: Line; earlier: Lines } | null;

export interface State {
  /** The last line folded in, 0 before the first. */
  seq: number;
  status: SessionStatus;
  /** The stop reason last announced, until work goes on. */
  rested: StopReason | null;
  calls: readonly Call[];
  /** The model request that has begun and not ended. */
  request: EventId | null;
  /** The model has not answered the latest input or results yet. */
  owed: boolean;
  interrupted: boolean;
  /** An error has ended the turn; only its idle is missing. */
  failed: boolean;
  refusal: StopDetails | null;
  /** Counted since the latest user message: model requests, crashes met, answers that had to be continued. */
  requests: number;
  crashes: number;
  continued: number;
  /** Answers in a row that made only calls which had to be refused. */
  refused: number;
  /** Model errors in a row, and when to ask again. */
  failures: number;
  retryAt: number | null;
  /** The sandbox has run something, so a new one has forgotten something. */
  handsUsed: boolean;
  /** The session was told that its repositories are not there. */
  repositoriesTold: boolean;
  spent: Spent;
  activeMs: number;
  runningSince: number | null;
  lines: Lines;
}
export interface Spent {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  /** Millionths of a dollar; null once a request without a known price was made. */
  cost: number | null;
}

export function emptyState(): State {
  return {
    seq: 0,
    status: 'idle',
    rested: null,
    calls: [],
    request: null,
    owed: false,
    interrupted: false,
    failed: false,
    refusal: null,
    requests: 0,
    crashes: 0,
    continued: 0,
    refused: 0,
    failures: 0,
    retryAt: null,
    handsUsed: false,
    repositoriesTold: false,
    spent: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 },
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
    case 'user.message':
      return remember(state.failed ? state : { ...state, ...freshTurn, owed: true }, line);
    case 'system.message':
      return remember(state, line);
    case 'user.interrupt':
      return inTurn(state) ? { ...state, interrupted: true } : state;
    case 'user.tool_confirmation':
      return decide(state, event);
    case 'user.custom_tool_result':
    case 'user.tool_result':
      return settle(state, answeredCall(event), line);
    case 'agent.tool_result':
      return settle(state, event.tool_use_id, line);
    case 'agent.mcp_tool_result':
      return settle(state, event.mcp_tool_use_id, line);
    case 'agent.message':
      return remember(state, line);
    case 'agent.tool_use':
    case 'agent.mcp_tool_use':
    case 'agent.custom_tool_use':
      return remember({ ...state, calls: [...state.calls, openCall(event, line.memo)] }, line);
    case 'span.model_request_start':
      return { ...state, request: event.id, requests: state.requests + 1 };
    case 'span.model_request_end':
      return remember(
        endRequest({ ...state, request: null, spent: add(state.spent, event.model_usage, line.memo) }, line.memo),
        line,
      );
    case 'session.error':
      if ('mcp_server_name' in event.error) return state;
      if (event.error.type === 'repository_clone_error') return { ...state, repositoriesTold: true };
      return event.error.retry_status.type === 'retrying'
        ? { ...state, failures: state.failures + 1, retryAt: line.memo?.kind === 'retry' ? line.memo.at : null }
        : { ...state, failed: true, owed: false };
    default:
      return foldStatus(state, event);
  }
}

const freshTurn = { requests: 0, crashes: 0, continued: 0, refused: 0 };

function foldStatus(state: State, event: SessionEvent): State {
  const at = event.processed_at === null ? 0 : Date.parse(event.processed_at);
  switch (event.type) {
    case 'session.status_running':
      return { ...state, status: 'running', rested: null, retryAt: null, runningSince: at };
    case 'session.status_rescheduled':
      return { ...clockOff(state, at), status: 'rescheduling' };
    case 'session.status_terminated':
      return { ...clockOff(state, at), status: 'terminated' };
    case 'session.status_idle':
      return rest(clockOff(state, at), event.stop_reason);
    default:
      return state;
  }
}

function rest(state: State, why: StopReason): State {
  const paused = why.type === 'requires_action' || why.type === 'budget_reached';
  return {
    ...state,
    status: 'idle',
    rested: why,
    interrupted: false,
    failed: false,
    refusal: null,
    retryAt: null,
    failures: 0,
    owed: paused && state.owed,
  };
}

function clockOff(state: State, at: number): State {
  if (state.runningSince === null) return state;
  return { ...state, runningSince: null, activeMs: state.activeMs + Math.max(0, at - state.runningSince) };
}

/** True while there is something an interrupt could stop. */
export function inTurn(state: State): boolean {
  return state.status === 'running' || state.status === 'rescheduling' || state.calls.length > 0 || state.owed;
}

function decide(state: State, event: EventOf<'user.tool_confirmation'>): State {
  const calls = state.calls.map((call) =>
    call.id === event.tool_use_id && call.permission === 'ask' && call.decision === null
      ? { ...call, decision: verdict(event) }
      : call,
  );
  return { ...state, calls };
}
function verdict(event: EventOf<'user.tool_confirmation'>): Call['decision'] {
  return event.result === 'allow' ? { allow: true } : { allow: false, message: event.deny_message ?? null };
}

export function answeredCall(event: UserCustomToolResult | UserToolResult): EventId {
  return event.type === 'user.custom_tool_result' ? event.custom_tool_use_id : event.tool_use_id;
}

/** The first result of an open call counts; a second or a late one is on record and changes nothing. */
function settle(state: State, id: EventId, line: Line): State {
  const call = state.calls.find((open) => open.id === id);
  if (call === undefined) return state;
  const ran = call.by === 'hands' && call.server === null && call.permission !== 'deny';
  return remember(
    {
      ...state,
      calls: state.calls.filter((open) => open.id !== id),
      owed: true,
      handsUsed: state.handsUsed || ran,
    },
    line,
  );
}

function openCall(
  event: EventOf<'agent.tool_use' | 'agent.mcp_tool_use' | 'agent.custom_tool_use'>,
  memo: Memo | null,
): Call {
  const custom = event.type === 'agent.custom_tool_use';
  return {
    id: event.id,
    server: event.type === 'agent.mcp_tool_use' ? event.mcp_server_name : null,
    name: event.name,
    input: event.input,
    by: custom || (memo?.kind === 'call' && memo.by === 'client') ? 'client' : 'hands',
    permission: custom ? 'allow' : (event.evaluated_permission ?? 'allow'),
    decision: null,
  };
}

function endRequest(state: State, memo: Memo | null): State {
  if (memo?.kind === 'crashed') return { ...state, crashes: state.crashes + 1 };
  if (memo?.kind !== 'answer') return state;
  const calls = memo.parts.some((part) => 'call' in part);
  const unfinished = memo.stop === 'pause_turn' || (memo.stop === 'max_tokens' && !calls);
  return {
    ...state,
    failures: 0,
    owed: unfinished,
    continued: unfinished ? state.continued + 1 : 0,
    refused: calls && state.calls.every((call) => call.permission === 'deny') ? state.refused + 1 : 0,
    refusal: memo.stop === 'refusal' ? refusalOf(memo) : null,
  };
}
function refusalOf(memo: Extract<Memo, { kind: 'answer' }>): StopDetails {
  return {
    type: 'refusal',
    category: memo.refusal?.category ?? null,
    explanation: memo.refusal?.explanation ?? null,
  };
}

function add(spent: Spent, usage: ModelUsage, memo: Memo | null): Spent {
  const cost = memo?.kind === 'answer' ? memo.cost : 0;
  return {
    input: spent.input + usage.input_tokens,
    output: spent.output + usage.output_tokens,
    cacheRead: spent.cacheRead + usage.cache_read_input_tokens,
    cacheWrite: spent.cacheWrite + usage.cache_creation_input_tokens,
    cost: spent.cost === null || cost === null ? null : spent.cost + cost,
  };
}

function remember(state: State, line: Line): State {
  return { ...state, lines: { line, earlier: state.lines } };
}
