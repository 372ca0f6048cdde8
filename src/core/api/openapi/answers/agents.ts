import { z } from 'zod';
import { count, id, life, maybeText, metadata, only, text } from './parts.ts';

const policy = z.discriminatedUnion('type', [only('always_allow'), only('always_ask'), only('auto')]);
const defaults = z.object({ enabled: z.boolean(), permission_policy: policy });
const builtin = z.enum(['bash', 'read', 'write', 'edit', 'glob', 'grep', 'web_fetch', 'web_search']);
const tool = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent_toolset_20260401'),
    default_config: defaults,
    configs: z.array(
      defaults.extend({
        type: builtin,
        name: builtin,
        allowed_domains: z.array(text).optional(),
        blocked_domains: z.array(text).optional(),
        user_location: z.looseObject({}).optional(),
        max_content_tokens: count.optional(),
        url_sources: z.looseObject({}).nullish(),
      }),
    ),
  }),
  z.object({
    type: z.literal('mcp_toolset'),
    mcp_server_name: text,
    default_config: defaults,
    configs: z.array(defaults.extend({ name: text })),
  }),
  z.object({
    type: z.literal('custom'),
    name: text,
    description: text,
    input_schema: z.looseObject({ type: z.literal('object') }),
  }),
]);

/** What an agent is, wherever it runs. */
export const threadAgent = z.object({
  id: id('agent'),
  type: z.literal('agent'),
  version: count,
  name: text,
  description: maybeText,
  system: maybeText,
  model: z.object({
    id: text,
    effort: z.object({ type: z.enum(['low', 'medium', 'high', 'xhigh', 'max']) }),
    speed: z.enum(['standard', 'fast']),
    inference_geo: text.optional(),
  }),
  tools: z.array(tool),
  mcp_servers: z.array(z.object({ type: z.literal('url'), name: text, url: text })),
  skills: z.array(z.object({ type: z.enum(['anthropic', 'custom']), skill_id: text, version: text })),
  execution_identity: z.discriminatedUnion('type', [
    only('service_account'),
    z.object({ type: z.literal('aws_role'), role_arn: text }),
  ]),
});
const { id: _, type: __, version: ___, ...unnamed } = threadAgent.shape;
/** Made up on the spot by the agent that started it. */
export const inlineAgent = z.object({ type: z.literal('inline'), ...unnamed });
export const advisor = z.object({ type: z.literal('advisor'), model: text });

/** With whom it works: pins in an agent, whole definitions in a session. */
const multiagent = z.looseObject({ type: z.enum(['coordinator', 'multiagent_20261001']) }).nullable();
export const definition = threadAgent.extend({ multiagent });
export const agent = definition.extend({ metadata, ...life });
