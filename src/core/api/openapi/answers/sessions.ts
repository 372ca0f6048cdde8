import { z } from 'zod';
import { advisor, definition, inlineAgent, threadAgent } from './agents.ts';
import { usage } from './events.ts';
import { budget, count, id, life, maybeText, maybeTime, metadata, text, time } from './parts.ts';

const status = z.enum(['idle', 'running', 'rescheduling', 'terminated']);
const seconds = z.number().min(0);
const stats = z.object({ active_seconds: seconds, duration_seconds: seconds });

export const checkout = z.discriminatedUnion('type', [
  z.object({ type: z.literal('branch'), name: text }),
  z.object({ type: z.literal('commit'), sha: text }),
]);
const made = { created_at: time, updated_at: time };
export const resource = z.discriminatedUnion('type', [
  z.object({ id: id('sesrsc'), type: z.literal('file'), file_id: id('file'), mount_path: text, ...made }),
  z.object({
    type: z.literal('memory_store'),
    memory_store_id: id('memstore'),
    access: z.enum(['read_write', 'read_only']),
    name: text,
    description: text,
    instructions: maybeText,
    mount_path: text,
  }),
  z.object({
    id: id('sesrsc'),
    type: z.literal('github_repository'),
    url: text,
    mount_path: text,
    checkout: checkout.nullable(),
    ...made,
  }),
]);

const outcome = z.object({
  type: z.literal('outcome_evaluation'),
  outcome_id: id('outc'),
  description: text,
  result: z.enum(['running', 'evaluating', 'satisfied', 'max_iterations_reached', 'failed', 'interrupted']),
  iteration: count,
  explanation: maybeText,
  completed_at: maybeTime,
});

export const session = z.object({
  id: id('sesn'),
  type: z.literal('session'),
  status,
  title: maybeText,
  agent: definition,
  environment_id: id('env'),
  metadata,
  vault_ids: z.array(text),
  budget,
  outcome_evaluations: z.array(outcome),
  resources: z.array(resource),
  stats,
  usage,
  deployment_id: maybeText,
  ...life,
});

/** The primary thread has no parent. */
export const thread = z.object({
  id: id('sthr'),
  type: z.literal('session_thread'),
  session_id: id('sesn'),
  parent_thread_id: id('sthr').nullable(),
  workflow_run_id: z.null(),
  agent: z.discriminatedUnion('type', [threadAgent, inlineAgent, advisor]),
  status,
  stats: stats.extend({ startup_seconds: seconds }).nullable(),
  usage: usage.nullable(),
  ...life,
});
