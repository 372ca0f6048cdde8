/** One schema for each event of a log, as `src/core/events.ts` has one type for each. */
import { z } from 'zod';
import { definition } from './agents.ts';
import { budget, count, id, listCost, maybeText, maybeTime, metadata, only, text } from './parts.ts';

export const textBlock = z.object({ type: z.literal('text'), text });
const bytesSource = z.object({ type: z.literal('base64'), media_type: text, data: text });
const addressSource = z.object({ type: z.literal('url'), url: text });
const fileSource = z.object({ type: z.literal('file'), file_id: text });
const textSource = z.object({ type: z.literal('text'), media_type: z.literal('text/plain'), data: text });
export const userBlock = z.discriminatedUnion('type', [
  textBlock,
  z.object({
    type: z.literal('image'),
    source: z.discriminatedUnion('type', [bytesSource, addressSource, fileSource]),
  }),
  z.object({
    type: z.literal('document'),
    source: z.discriminatedUnion('type', [bytesSource, textSource, addressSource, fileSource]),
    title: maybeText.exactOptional(),
    context: maybeText.exactOptional(),
  }),
]);
const searchResult = z.object({
  type: z.literal('search_result'),
  source: text,
  title: text,
  content: z.array(textBlock),
  citations: z.object({ enabled: z.boolean() }),
});
const resultBlock = z.discriminatedUnion('type', [...userBlock.options, searchResult]);
const result = { content: z.array(resultBlock).exactOptional(), is_error: z.boolean().exactOptional() };

const eventId = id('sevt');
const thread = id('sthr');
const ofThread = { session_thread_id: thread, agent_name: text };
const maybeOfThread = { session_thread_id: thread.exactOptional() };
const reasoned = { reason_code: text };
const evaluation = z.discriminatedUnion('type', [
  only('always_allow'),
  only('always_ask'),
  z.object({
    type: z.literal('auto'),
    evaluated_permission: z.discriminatedUnion('type', [
      only('allow'),
      z.object({ type: z.literal('ask'), ...reasoned }),
      z.object({ type: z.literal('deny'), ...reasoned }),
    ]),
  }),
]);
const call = {
  name: text,
  input: z.record(z.string(), z.unknown()),
  evaluated_permission: z.enum(['allow', 'ask', 'deny']).exactOptional(),
  evaluation: evaluation.exactOptional(),
  ...maybeOfThread,
};
const rest = {
  stop_reason: z.discriminatedUnion('type', [
    only('end_turn'),
    z.object({ type: z.literal('requires_action'), event_ids: z.array(eventId) }),
    only('retries_exhausted'),
    only('budget_reached'),
    only('refusal'),
  ]),
  stop_details: z.object({ type: z.literal('refusal'), category: maybeText, explanation: maybeText }).nullable(),
};
const modelUsage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  speed: z.enum(['standard', 'fast']).exactOptional(),
});
export const usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count, ephemeral_5m_input_tokens: count }),
  server_tool_use: z.object({ web_search_requests: count, web_fetch_requests: count }),
  active_seconds: z.number().min(0),
  list_cost: listCost.exactOptional(),
});
const ofOutcome = { outcome_id: id('outc'), iteration: count };
const tried = { message: text, retry_status: only('retrying') };
const error = z.discriminatedUnion('type', [
  z.object({
    type: z.enum([
      'unknown_error',
      'model_overloaded_error',
      'model_rate_limited_error',
      'model_request_failed_error',
      'billing_error',
      'tool_use_limit_reached_error',
      'compaction_limit_reached_error',
    ]),
    message: text,
    retry_status: z.object({ type: z.enum(['retrying', 'exhausted', 'terminal']) }),
  }),
  z.object({
    type: z.enum(['mcp_connection_failed_error', 'mcp_authentication_failed_error']),
    mcp_server_name: text,
    ...tried,
  }),
  z.object({
    type: z.enum([
      'repository_authentication_error',
      'repository_forbidden_error',
      'repository_not_found_error',
      'repository_checkout_error',
      'repository_clone_error',
    ]),
    repository_url: maybeText,
    ...tried,
  }),
]);

function event<const Type extends string, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.object({ type: z.literal(type), id: eventId, processed_at: maybeTime, ...fields });
}

export const sessionEvent = z.discriminatedUnion('type', [
  event('user.message', { content: z.array(userBlock) }),
  event('user.interrupt', maybeOfThread),
  event('user.tool_confirmation', {
    tool_use_id: eventId,
    result: z.enum(['allow', 'deny']),
    deny_message: text.exactOptional(),
    ...maybeOfThread,
  }),
  event('user.custom_tool_result', { custom_tool_use_id: eventId, ...result, ...maybeOfThread }),
  event('user.tool_result', { tool_use_id: eventId, ...result, ...maybeOfThread }),
  event('system.message', { content: z.array(textBlock) }),
  event('user.define_outcome', {
    outcome_id: id('outc'),
    description: text,
    rubric: z.object({ type: z.literal('text'), content: text }),
    max_iterations: count.nullable(),
  }),
  event('agent.message', { content: z.array(textBlock) }),
  event('agent.thinking', {}),
  event('agent.tool_use', call),
  event('agent.tool_result', { tool_use_id: eventId, ...result }),
  event('agent.mcp_tool_use', { mcp_server_name: text, ...call }),
  event('agent.mcp_tool_result', { mcp_tool_use_id: eventId, ...result }),
  event('agent.custom_tool_use', { name: text, input: z.record(z.string(), z.unknown()), ...maybeOfThread }),
  event('agent.thread_message_received', {
    content: z.array(textBlock),
    from_session_thread_id: thread,
    from_agent_name: text.exactOptional(),
  }),
  event('agent.thread_message_sent', {
    content: z.array(textBlock),
    to_session_thread_id: thread,
    to_agent_name: text.exactOptional(),
  }),
  event('agent.thread_context_compacted', {}),
  event('session.status_running', {}),
  event('session.status_idle', rest),
  event('session.status_rescheduled', {}),
  event('session.status_terminated', {}),
  event('session.error', { error }),
  event('session.updated', {
    title: maybeText.exactOptional(),
    metadata: metadata.exactOptional(),
    agent: definition.exactOptional(),
    budget: budget.exactOptional(),
  }),
  event('session.usage', { usage, budget }),
  event('session.deleted', {}),
  event('session.thread_created', { ...ofThread, workflow_run_id: z.null() }),
  event('session.thread_status_running', ofThread),
  event('session.thread_status_idle', { ...ofThread, ...rest }),
  event('session.thread_status_rescheduled', ofThread),
  event('session.thread_status_terminated', ofThread),
  event('span.outcome_evaluation_start', ofOutcome),
  event('span.outcome_evaluation_ongoing', ofOutcome),
  event('span.outcome_evaluation_end', {
    ...ofOutcome,
    outcome_evaluation_start_id: z.union([eventId, z.literal('')]),
    result: z.enum(['satisfied', 'needs_revision', 'max_iterations_reached', 'failed', 'interrupted']),
    explanation: text,
    usage: modelUsage,
  }),
  event('span.model_request_start', {}),
  event('span.model_request_end', {
    model_request_start_id: eventId,
    is_error: z.boolean().nullable(),
    model_usage: modelUsage,
  }),
]);
