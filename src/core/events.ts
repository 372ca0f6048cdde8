/**
 * The session log speaks in these events. They are the wire shapes of the Managed Agents API: what is appended
 * is what `events.list` and `events.stream` show. Everything else (state, context, usage) is folded from them.
 */
import type { EventId, OutcomeId, ThreadId } from './ids.ts';

export interface TextBlock {
  type: 'text';
  text: string;
}
export type MediaSource =
  | { type: 'base64'; media_type: string; data: string }
  | { type: 'text'; media_type: 'text/plain'; data: string }
  | { type: 'url'; url: string }
  | { type: 'file'; file_id: string };
export interface ImageBlock {
  type: 'image';
  source: Exclude<MediaSource, { type: 'text' }>;
}
export interface DocumentBlock {
  type: 'document';
  source: MediaSource;
  title?: string | null;
  context?: string | null;
}
export interface SearchResultBlock {
  type: 'search_result';
  source: string;
  title: string;
  content: TextBlock[];
  citations: { enabled: boolean };
}
export type UserBlock = TextBlock | ImageBlock | DocumentBlock;
export type ResultBlock = UserBlock | SearchResultBlock;

/** What every persisted event carries. `processed_at` is null only while an accepted input waits its turn. */
interface Common {
  id: EventId;
  processed_at: string | null;
}
type Event<Type extends string, Fields extends object = object> = Common & { type: Type } & Fields;

export type Permission = 'allow' | 'ask' | 'deny';
export type Evaluation =
  | { type: 'always_allow' }
  | { type: 'always_ask' }
  | {
      type: 'auto';
      evaluated_permission:
        | { type: 'allow' }
        | { type: 'ask'; reason_code: string }
        | { type: 'deny'; reason_code: string };
    };

export type StopReason =
  | { type: 'end_turn' }
  | { type: 'requires_action'; event_ids: EventId[] }
  | { type: 'retries_exhausted' }
  | { type: 'budget_reached' }
  | { type: 'refusal' };
export interface StopDetails {
  type: 'refusal';
  category: string | null;
  explanation: string | null;
}

export interface ModelUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  speed?: 'standard' | 'fast';
}
export interface SessionUsage {
  input_tokens: number;
  output_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_1h_input_tokens: number; ephemeral_5m_input_tokens: number };
  server_tool_use: { web_search_requests: number; web_fetch_requests: number };
  active_seconds: number;
  list_cost?: { amount: string; currency: 'USD' };
}
export interface Budget {
  type: 'limit';
  max_list_cost: { amount: string; currency: 'USD' };
}

export type SessionErrorType =
  | 'unknown_error'
  | 'model_overloaded_error'
  | 'model_rate_limited_error'
  | 'model_request_failed_error'
  | 'billing_error'
  | 'tool_use_limit_reached_error'
  | 'compaction_limit_reached_error';
export type SessionError =
  | { type: SessionErrorType; message: string; retry_status: { type: 'retrying' | 'exhausted' | 'terminal' } }
  /** The session goes on without the server, which is tried again at its next turn. */
  | {
      type: 'mcp_connection_failed_error' | 'mcp_authentication_failed_error';
      message: string;
      mcp_server_name: string;
      retry_status: { type: 'retrying' };
    }
  /** The session goes on without the repository, which is tried again at its next turn. */
  | {
      type: `repository_${'authentication' | 'forbidden' | 'not_found' | 'checkout' | 'clone'}_error`;
      message: string;
      repository_url: string | null;
      retry_status: { type: 'retrying' };
    };

/** Sent by the client. */
export type UserMessage = Event<'user.message', { content: UserBlock[] }>;
export type UserInterrupt = Event<'user.interrupt', { session_thread_id?: ThreadId }>;
export type UserToolConfirmation = Event<
  'user.tool_confirmation',
  {
    tool_use_id: EventId;
    result: 'allow' | 'deny';
    deny_message?: string;
    session_thread_id?: ThreadId;
  }
>;
export type UserCustomToolResult = Event<
  'user.custom_tool_result',
  {
    custom_tool_use_id: EventId;
    content?: ResultBlock[];
    is_error?: boolean;
    session_thread_id?: ThreadId;
  }
>;
export type UserToolResult = Event<
  'user.tool_result',
  {
    tool_use_id: EventId;
    content?: ResultBlock[];
    is_error?: boolean;
    session_thread_id?: ThreadId;
  }
>;
export type SystemMessage = Event<'system.message', { content: TextBlock[] }>;
/** A rubric from a file stands here as its text. */
export type UserDefineOutcome = Event<
  'user.define_outcome',
  {
    outcome_id: OutcomeId;
    description: string;
    rubric: { type: 'text'; content: string };
    max_iterations: number | null;
  }
>;
export type InputEvent =
  | UserMessage
  | UserDefineOutcome
  | UserInterrupt
  | UserToolConfirmation
  | UserCustomToolResult
  | UserToolResult
  | SystemMessage;

/** Made by the brain. */
export type AgentMessage = Event<'agent.message', { content: TextBlock[] }>;
export type AgentThinking = Event<'agent.thinking'>;
export type AgentToolUse = Event<
  'agent.tool_use',
  {
    name: string;
    input: Record<string, unknown>;
    evaluated_permission?: Permission;
    evaluation?: Evaluation;
    /** On the session's own log, when a thread of it made the call and the client has to act. */
    session_thread_id?: ThreadId;
  }
>;
export type AgentToolResult = Event<
  'agent.tool_result',
  { tool_use_id: EventId; content?: ResultBlock[]; is_error?: boolean }
>;
/** `name` is the server's own; the two ids of a call share nothing with those of other tools. */
export type AgentMcpToolUse = Event<
  'agent.mcp_tool_use',
  {
    mcp_server_name: string;
    name: string;
    input: Record<string, unknown>;
    evaluated_permission?: Permission;
    evaluation?: Evaluation;
    session_thread_id?: ThreadId;
  }
>;
export type AgentMcpToolResult = Event<
  'agent.mcp_tool_result',
  { mcp_tool_use_id: EventId; content?: ResultBlock[]; is_error?: boolean }
>;
export type AgentCustomToolUse = Event<
  'agent.custom_tool_use',
  { name: string; input: Record<string, unknown>; session_thread_id?: ThreadId }
>;
/** Names are absent for the primary thread. */
export type ThreadMessageReceived = Event<
  'agent.thread_message_received',
  { content: TextBlock[]; from_session_thread_id: ThreadId; from_agent_name?: string }
>;
export type ThreadMessageSent = Event<
  'agent.thread_message_sent',
  { content: TextBlock[]; to_session_thread_id: ThreadId; to_agent_name?: string }
>;
/** The context of the thread was summarized; its log stays whole. */
export type AgentThreadContextCompacted = Event<'agent.thread_context_compacted'>;
export type AgentEvent =
  | AgentMessage
  | AgentThinking
  | AgentToolUse
  | AgentToolResult
  | AgentMcpToolUse
  | AgentMcpToolResult
  | AgentCustomToolUse
  | AgentThreadContextCompacted
  | ThreadMessageReceived
  | ThreadMessageSent;

/** The life of a session and its primary thread. */
interface OfThread {
  session_thread_id: ThreadId;
  agent_name: string;
}
export type LifecycleEvent =
  | Event<'session.status_running'>
  | Event<'session.status_idle', { stop_reason: StopReason; stop_details: StopDetails | null }>
  | Event<'session.status_rescheduled'>
  | Event<'session.status_terminated'>
  | Event<'session.error', { error: SessionError }>
  | Event<
      'session.updated',
      { title?: string | null; metadata?: Record<string, string>; agent?: unknown; budget?: Budget | null }
    >
  | Event<'session.usage', { usage: SessionUsage; budget: Budget | null }>
  | Event<'session.deleted'>
  | Event<'session.thread_created', OfThread & { workflow_run_id: null }>
  | Event<'session.thread_status_running', OfThread>
  | Event<'session.thread_status_idle', OfThread & { stop_reason: StopReason; stop_details: StopDetails | null }>
  | Event<'session.thread_status_rescheduled', OfThread>
  | Event<'session.thread_status_terminated', OfThread>;

export type OutcomeResult = 'satisfied' | 'needs_revision' | 'max_iterations_reached' | 'failed' | 'interrupted';
/** As a session shows it: `running` while it is worked towards, `evaluating` while it is graded. */
export interface OutcomeEvaluation {
  type: 'outcome_evaluation';
  outcome_id: OutcomeId;
  description: string;
  result: 'running' | 'evaluating' | Exclude<OutcomeResult, 'needs_revision'>;
  /** From 0. */
  iteration: number;
  explanation: string | null;
  completed_at: string | null;
}
interface OfOutcome {
  outcome_id: OutcomeId;
  iteration: number;
}

export type SpanEvent =
  | Event<'span.outcome_evaluation_start', OfOutcome>
  | Event<'span.outcome_evaluation_ongoing', OfOutcome>
  | Event<
      'span.outcome_evaluation_end',
      OfOutcome & {
        /** Empty when an interrupt came before any evaluation. */
        outcome_evaluation_start_id: EventId | '';
        result: OutcomeResult;
        explanation: string;
        usage: ModelUsage;
      }
    >
  | Event<'span.model_request_start'>
  | Event<
      'span.model_request_end',
      {
        model_request_start_id: EventId;
        is_error: boolean | null;
        model_usage: ModelUsage;
      }
    >;

export type SessionEvent = InputEvent | AgentEvent | LifecycleEvent | SpanEvent;
export type EventType = SessionEvent['type'];

/** Decoration on a live stream, never stored: the text of a message while it is being written. */
export type PreviewEvent =
  | { type: 'event_start'; event: { type: 'agent.message' | 'agent.thinking'; id: EventId } }
  | { type: 'event_delta'; event_id: EventId; delta: { type: 'content_delta'; index: number; content: TextBlock } };

export type EventOf<Type extends EventType> = Extract<SessionEvent, { type: Type }>;
