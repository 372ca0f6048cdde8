/** Events as clients send them, and how lists and streams of them are asked for. */
import { z } from 'zod';
import { createdAtRange, limit, many, order, page } from '../../query.ts';
import { resultBlock, textBlock, userBlock } from './blocks.ts';

const id = z.string().min(1).max(128);
const isError = z.boolean().nullish();

/** A bare string stands for one block of text, null for nothing: guides and other clients send that, too. */
function blocks<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (given) => (typeof given === 'string' ? [{ type: 'text', text: given }] : (given ?? undefined)),
    schema,
  );
}
const content = blocks(z.array(resultBlock).max(1000).optional()).optional();
export const userMessage = z.object({
  type: z.literal('user.message'),
  content: blocks(z.array(userBlock).min(1).max(1000)),
});
export const defineOutcome = z.object({
  type: z.literal('user.define_outcome'),
  description: z.string().min(1).max(100_000),
  rubric: z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), content: z.string().min(1).max(262_144) }),
    z.object({ type: z.literal('file'), file_id: id }),
  ]),
  max_iterations: z.number().int().min(1).max(20).nullish(),
});

export const eventInput = z.discriminatedUnion('type', [
  userMessage,
  z.object({ type: z.literal('user.interrupt'), session_thread_id: id.nullish() }),
  z
    .object({
      type: z.literal('user.tool_confirmation'),
      tool_use_id: id,
      result: z.enum(['allow', 'deny']),
      deny_message: z.string().max(10_000).nullish(),
    })
    .refine((event) => event.result === 'deny' || !event.deny_message, {
      path: ['deny_message'],
      error: 'goes with result "deny" only',
    }),
  z.object({ type: z.literal('user.custom_tool_result'), custom_tool_use_id: id, content, is_error: isError }),
  z.object({ type: z.literal('user.tool_result'), tool_use_id: id, content, is_error: isError }),
  z.object({ type: z.literal('system.message'), content: blocks(z.array(textBlock).min(1).max(1000)) }),
  defineOutcome,
]);
export type EventInput = z.output<typeof eventInput>;

export const sendBody = z.object({ events: z.array(eventInput).min(1).max(1000) });
export const initialEvents = z
  .array(z.discriminatedUnion('type', [userMessage, defineOutcome]))
  .max(50)
  .refine((events) => events.filter((event) => event.type === 'user.define_outcome').length <= 1, {
    error: 'one user.define_outcome at most',
  });

export const EVENT_TYPES = [
  'user.message',
  'user.interrupt',
  'user.tool_confirmation',
  'user.custom_tool_result',
  'user.tool_result',
  'user.define_outcome',
  'system.message',
  'agent.message',
  'agent.thinking',
  'agent.tool_use',
  'agent.tool_result',
  'agent.mcp_tool_use',
  'agent.mcp_tool_result',
  'agent.custom_tool_use',
  'agent.thread_context_compacted',
  'agent.thread_message_received',
  'agent.thread_message_sent',
  'session.status_running',
  'session.status_idle',
  'session.status_rescheduled',
  'session.status_terminated',
  'session.error',
  'session.updated',
  'session.usage',
  'session.thread_created',
  'session.thread_status_running',
  'session.thread_status_idle',
  'session.thread_status_rescheduled',
  'session.thread_status_terminated',
  'span.model_request_start',
  'span.model_request_end',
  'span.outcome_evaluation_start',
  'span.outcome_evaluation_ongoing',
  'span.outcome_evaluation_end',
  'workflow_run.created',
  'workflow_run.status_running',
  'workflow_run.status_idle',
  'workflow_run.status_ended',
  'workflow_run.error',
  'workflow_run.phase_started',
  'workflow_run.phase_ended',
] as const;

export const eventListQuery = z.object({
  limit: limit(1000, 1000),
  page,
  order: order.optional(),
  types: many(EVENT_TYPES).optional(),
  ...createdAtRange,
});
export const eventStreamQuery = z.object({ event_deltas: many(['agent.message', 'agent.thinking']).optional() });
