import { z } from 'zod';
import { textBlock, userBlock } from './events.ts';
import { budget, count, id, life, maybeText, maybeTime, metadata, only, text, time } from './parts.ts';
import { checkout } from './sessions.ts';

const pin = z.object({ id: id('agent'), type: z.literal('agent'), version: count });
/** Those that do not go away by themselves, and so pause it. */
const PAUSING = [
  'environment_archived_error',
  'environment_not_found_error',
  'agent_archived_error',
  'vault_not_found_error',
  'vault_archived_error',
  'file_not_found_error',
  'memory_store_archived_error',
  'session_resource_not_found_error',
  'skill_not_found_error',
  'self_hosted_resources_unsupported_error',
  'unknown_error',
] as const;
const RUN_ERRORS = [...PAUSING, 'session_rate_limited_error', 'session_creation_rejected_error'] as const;

const initialEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.message'), content: z.array(userBlock) }),
  z.object({ type: z.literal('system.message'), content: z.array(textBlock) }),
  z.object({
    type: z.literal('user.define_outcome'),
    description: text,
    rubric: z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), content: text }),
      z.object({ type: z.literal('file'), file_id: text }),
    ]),
    max_iterations: count.nullable().exactOptional(),
  }),
]);
/** As it was sent, without tokens. */
const resource = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), file_id: text, mount_path: text.nullable().exactOptional() }),
  z.object({
    type: z.literal('github_repository'),
    url: text,
    checkout: checkout.nullable().exactOptional(),
    mount_path: text.nullable().exactOptional(),
  }),
  z.object({
    type: z.literal('memory_store'),
    memory_store_id: text,
    access: z.enum(['read_write', 'read_only']).nullable().exactOptional(),
    instructions: text.nullable().exactOptional(),
  }),
]);

export const deployment = z.object({
  id: id('depl'),
  type: z.literal('deployment'),
  name: text,
  description: maybeText,
  agent: pin,
  environment_id: text,
  initial_events: z.array(initialEvent),
  metadata,
  resources: z.array(resource),
  vault_ids: z.array(text),
  schedule: z
    .object({
      type: z.literal('cron'),
      expression: text,
      timezone: text,
      last_run_at: maybeTime,
      upcoming_runs_at: z.array(time),
    })
    .nullable(),
  budget,
  status: z.enum(['active', 'paused']),
  paused_reason: z
    .discriminatedUnion('type', [
      only('manual'),
      z.object({ type: z.literal('error'), error: z.object({ type: z.enum(PAUSING) }) }),
    ])
    .nullable(),
  ...life,
});

export const deploymentRun = z.object({
  id: id('drun'),
  type: z.literal('deployment_run'),
  deployment_id: id('depl'),
  agent: pin,
  trigger_context: z.discriminatedUnion('type', [
    only('manual'),
    z.object({ type: z.literal('schedule'), scheduled_at: time }),
  ]),
  session_id: maybeText,
  error: z.object({ type: z.enum(RUN_ERRORS), message: text }).nullable(),
  created_at: time,
});
