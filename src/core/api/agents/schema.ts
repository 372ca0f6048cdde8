/** Agents as the wire takes them. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../metadata.ts';
import { flag, instant, limit, one, page } from '../query.ts';
import { modelInput } from './model.ts';
import { callableAgentsField, multiagentField } from './multiagent.ts';
import { toolInput } from './tools.ts';

const mcpServer = z.object({
  type: z.literal('url'),
  name: z.string().min(1).max(255),
  url: z.url({ protocol: /^https?$/ }).max(2048),
});
const skill = z.object({
  type: z.enum(['anthropic', 'custom']),
  skill_id: z.string().min(1).max(64),
  version: z.string().min(1).max(64).nullish(),
});
const identity = z.discriminatedUnion('type', [
  z.object({ type: z.literal('service_account') }),
  z.object({ type: z.literal('aws_role'), role_arn: z.string().min(1).max(2048) }),
]);

export const toolsField = z.array(toolInput).max(256);
export const mcpServersField = z.array(mcpServer).max(20);
export const skillsField = z.array(skill).max(500);
export const systemField = z.string().max(100_000);

export const agentCreate = z.object({
  name: z.string().min(1).max(256),
  model: modelInput,
  description: z.string().max(2048).nullish(),
  system: systemField.nullish(),
  tools: toolsField.nullish(),
  mcp_servers: mcpServersField.nullish(),
  skills: skillsField.nullish(),
  multiagent: multiagentField,
  callable_agents: callableAgentsField,
  metadata: metadata.nullish(),
  execution_identity: identity.nullish(),
});
export type AgentCreate = z.output<typeof agentCreate>;

export const agentUpdate = z.object({
  ...agentCreate.shape,
  name: z.string().min(1).max(256).optional(),
  model: modelInput.optional(),
  metadata: metadataPatch.nullish(),
  version: z.number().int().min(1).optional(),
});
export type AgentUpdate = z.output<typeof agentUpdate>;

export const agentRetrieveQuery = z.object({ version: one.pipe(z.coerce.number<string>().int().min(1)).optional() });
export const agentListQuery = z.object({
  limit: limit(20, 100),
  page,
  include_archived: flag.optional(),
  'created_at[gte]': instant.optional(),
  'created_at[lte]': instant.optional(),
});
export const pageQuery = z.object({ limit: limit(20, 100), page });
