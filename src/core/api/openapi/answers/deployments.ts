import { z } from 'zod';
import { budget, count, id, life, maybeText, maybeTime, metadata, only, text, time } from './parts.ts';

const pin = z.object({ id: id('agent'), type: z.literal('agent'), version: count });
const error = z.string().regex(/_error$/);

export const deployment = z.object({
  id: id('depl'),
  type: z.literal('deployment'),
  name: text,
  description: maybeText,
  agent: pin,
  environment_id: text,
  initial_events: z.array(z.looseObject({ type: z.enum(['user.message', 'system.message', 'user.define_outcome']) })),
  metadata,
  resources: z.array(z.looseObject({ type: z.enum(['file', 'github_repository', 'memory_store']) })),
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
      z.object({ type: z.literal('error'), error: z.object({ type: error }) }),
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
  error: z.object({ type: error, message: text }).nullable(),
  created_at: time,
});
