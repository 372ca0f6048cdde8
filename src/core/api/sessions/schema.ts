/** Sessions as the wire takes them. */
import { z } from 'zod';
import { modelInput } from '../agents/model.ts';
import { mcpServersField, skillsField, systemField, toolsField } from '../agents/schema.ts';
import { metadata, metadataPatch } from '../metadata.ts';
import { createdAtRange, flag, limit, many, one, order, page } from '../query.ts';
import { budgetInput } from './budget.ts';
import { initialEvents } from './events/schema.ts';

const id = z.string().min(1).max(128);
const version = z.number().int().min(1).optional();

const agentRef = z.union(
  [
    id,
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('agent'), id, version }),
      z.object({
        type: z.literal('agent_with_overrides'),
        id,
        version,
        model: modelInput.nullish(),
        system: systemField.nullish(),
        tools: toolsField.nullish(),
        mcp_servers: mcpServersField.nullish(),
        skills: skillsField.nullish(),
      }),
    ]),
  ],
  { error: 'must be an agent id, {type: "agent", …} or {type: "agent_with_overrides", …}' },
);
export type AgentRef = z.output<typeof agentRef>;

export const fileResource = z.object({
  type: z.literal('file', { error: 'only resources of type "file" are offered by this server' }),
  file_id: id,
  mount_path: z.string().min(1).max(4096).nullish(),
});
export type FileResource = z.output<typeof fileResource>;

export const sessionCreate = z.object({
  agent: agentRef,
  environment_id: id,
  title: z.string().max(500).nullish(),
  metadata: metadata.nullish(),
  resources: z.array(fileResource).max(500).nullish(),
  vault_ids: z.array(id).nullish(),
  initial_events: initialEvents.nullish(),
  budget: budgetInput.nullish(),
});
export type SessionCreate = z.output<typeof sessionCreate>;

const fixed = z.undefined({ error: 'cannot be changed in a session' }).optional();
const agentPatch = z.object({
  tools: toolsField.nullish(),
  mcp_servers: mcpServersField.nullish(),
  id: fixed,
  version: fixed,
  model: fixed,
  system: fixed,
  skills: fixed,
});
export const sessionUpdate = z.object({
  title: z.string().min(1).max(500).nullish(),
  metadata: metadataPatch.nullish(),
  agent: agentPatch.optional(),
  budget: budgetInput.nullish(),
  vault_ids: fixed,
});
export type SessionUpdate = z.output<typeof sessionUpdate>;

export const sessionListQuery = z
  .object({
    limit: limit(20, 100),
    page,
    order: order.optional(),
    agent_id: one.optional(),
    agent_version: one.pipe(z.coerce.number<string>().int().min(1)).optional(),
    deployment_id: one.optional(),
    memory_store_id: one.optional(),
    statuses: many(['idle', 'running', 'rescheduling', 'terminated']).optional(),
    include_archived: flag.optional(),
    ...createdAtRange,
  })
  .refine((query) => query.agent_version === undefined || query.agent_id !== undefined, {
    path: ['agent_version'],
    error: 'needs agent_id',
  });

export const resourceListQuery = z.object({ limit: limit(1000, 1000), page });
export const threadListQuery = z.object({
  limit: limit(1000, 1000),
  page,
  statuses: many(['idle', 'running', 'rescheduling', 'terminated']).optional(),
});
export const threadEventListQuery = z.object({ limit: limit(1000, 1000), page });
