/** Deployments as the wire takes them. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../metadata.ts';
import { flag, instant, limit, one, page } from '../query.ts';
import { budgetInput } from '../sessions/budget.ts';
import { eventInput, userMessage } from '../sessions/events/schema.ts';
import { resourceInput } from '../sessions/schema.ts';
import { scheduleInput } from './schedule.ts';

const id = z.string().min(1).max(128);
const agent = z.union([id, z.object({ type: z.literal('agent'), id, version: z.number().int().min(1).optional() })], {
  error: 'must be an agent id or {type: "agent", id, version?}',
});
export type AgentInput = z.output<typeof agent>;

const initialEvents = z
  .array(z.discriminatedUnion('type', [userMessage, eventInput.options[5], eventInput.options[6]]))
  .min(1)
  .max(50)
  .refine((events) => events.some((event) => event.type !== 'system.message'), {
    error: 'at least one event must be a user.message or a user.define_outcome',
  });
export type InitialEvents = z.output<typeof initialEvents>;

const fields = {
  description: z.string().max(2048).nullish(),
  resources: z.array(resourceInput).max(500).nullish(),
  vault_ids: z.array(id).nullish(),
  schedule: scheduleInput.nullish(),
  budget: budgetInput.nullish(),
};

export const deploymentCreate = z.object({
  ...fields,
  name: z.string().min(1).max(256),
  agent,
  environment_id: id,
  initial_events: initialEvents,
  metadata: metadata.nullish(),
});
export type DeploymentCreate = z.output<typeof deploymentCreate>;

export const deploymentUpdate = z.object({
  ...fields,
  name: z.string().min(1).max(256).optional(),
  agent: agent.optional(),
  environment_id: id.optional(),
  initial_events: initialEvents.optional(),
  metadata: metadataPatch.nullish(),
});
export type DeploymentUpdate = z.output<typeof deploymentUpdate>;

export const deploymentListQuery = z
  .object({
    limit: limit(20, 100),
    page,
    agent_id: one.optional(),
    status: one.pipe(z.enum(['active', 'paused'])).optional(),
    include_archived: flag.optional(),
    'created_at[gte]': instant.optional(),
    'created_at[lte]': instant.optional(),
  })
  .refine((query) => query.status === undefined || query.include_archived === undefined, {
    path: ['status'],
    error: 'cannot be combined with include_archived',
  });
