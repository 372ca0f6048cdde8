/** Sessions as the wire takes them. */
import { z } from 'zod';
import { modelInput } from '../agents/model.ts';
import { mcpServersField, skillsField, systemField, toolsField } from '../agents/schema.ts';
import { metadata, metadataPatch } from '../metadata.ts';
import { createdAtRange, flag, limit, many, one, order, page } from '../query.ts';
import { budgetInput } from './budget.ts';
import { initialEvents } from './events/schema.ts';

const id = z.string().min(1).max(128);
const version = z
  .number()
  .int()
  .min(1)
  .nullish()
  .transform((given) => given ?? undefined);

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
  type: z.literal('file', { error: 'only a file can be added to a session; the rest is attached when it is made' }),
  file_id: id,
  mount_path: z.string().min(1).max(4096).nullish(),
});
export type FileResource = z.output<typeof fileResource>;
const memoryResource = z.object({
  type: z.literal('memory_store'),
  memory_store_id: id,
  access: z.enum(['read_write', 'read_only']).nullish(),
  instructions: z.string().max(4096).nullish(),
  // What older guides call them.
  prompt: z.string().max(4096).nullish(),
});
export type MemoryResource = z.output<typeof memoryResource>;
const repositoryResource = z.object({
  type: z.literal('github_repository'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an https URL' })
    .max(2048)
    .refine((url) => !URL.canParse(url) || new URL(url).username + new URL(url).password === '', {
      error: 'must not hold a name or a password; send a token as authorization_token',
    }),
  authorization_token: z.string().min(1).max(4096).optional(),
  checkout: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('branch'), name: z.string().min(1).max(255) }),
      z.object({ type: z.literal('commit'), sha: z.string().regex(/^[0-9a-fA-F]{7,64}$/) }),
    ])
    .nullish(),
  mount_path: z.string().min(1).max(4096).nullish(),
});
export type RepositoryResource = z.output<typeof repositoryResource>;
export const resourceInput = z.discriminatedUnion('type', [
  z.object({ ...fileResource.shape, type: z.literal('file') }),
  memoryResource,
  repositoryResource,
]);
export type ResourceInput = z.output<typeof resourceInput>;

export const sessionCreate = z.object({
  agent: agentRef,
  environment_id: id,
  title: z.string().max(500).nullish(),
  metadata: metadata.nullish(),
  resources: z.array(resourceInput).max(500).nullish(),
  vault_ids: z.array(id).nullish(),
  initial_events: initialEvents.nullish(),
  budget: budgetInput.nullish(),
});
export type SessionCreate = z.output<typeof sessionCreate>;

/** Without `at` everything up to the last pause; what is left out is as in the other session. */
export const sessionFork = z.object({
  at: id.optional(),
  title: z.string().max(500).nullish(),
  metadata: metadata.optional(),
});
export type SessionFork = z.output<typeof sessionFork>;

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
