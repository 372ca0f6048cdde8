import { z } from 'zod';
import { count, id, life, maybeText, metadata, only, text } from './parts.ts';

const policy = z.discriminatedUnion('type', [only('always_allow'), only('always_ask'), only('auto')]);
const defaults = z.object({ enabled: z.boolean(), permission_policy: policy });
const builtin = z.enum(['bash', 'read', 'write', 'edit', 'glob', 'grep', 'web_fetch', 'web_search']);
const location = z.object({
  type: z.literal('approximate'),
  city: text.nullable().exactOptional(),
  region: text.nullable().exactOptional(),
  country: text.nullable().exactOptional(),
  timezone: text.nullable().exactOptional(),
});
const named = z.array(z.object({ type: z.literal('tool_reference'), name: text }));
const whole = z.discriminatedUnion('type', [only('all'), only('none')]).nullable();
const from = z
  .discriminatedUnion('type', [
    only('all'),
    only('none'),
    z.object({ type: z.literal('only'), tools: named }),
    z.object({ type: z.literal('except'), tools: named }),
  ])
  .nullable();
const tool = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent_toolset_20260401'),
    default_config: defaults,
    configs: z.array(
      defaults.extend({
        type: builtin,
        name: builtin,
        allowed_domains: z.array(text).exactOptional(),
        blocked_domains: z.array(text).exactOptional(),
        user_location: location.exactOptional(),
        max_content_tokens: count.exactOptional(),
        url_sources: z
          .object({ client_tool_results: from, server_tool_results: from, user_input: whole })
          .nullable()
          .exactOptional(),
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
    inference_geo: text.exactOptional(),
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

const pin = z.object({ type: z.literal('agent'), id: text, version: count });
const either = z.discriminatedUnion('type', [only('enabled'), only('disabled')]);

/** With whom it works: pins in an agent, whole definitions in a session. */
function multiagent<Member extends typeof pin | typeof threadAgent>(member: Member) {
  const members = z.discriminatedUnion('type', [
    only('disabled'),
    z.object({ type: z.literal('enabled'), inline_agents: either, predefined_agents: z.array(member) }),
  ]);
  return z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('coordinator'), agents: z.array(z.discriminatedUnion('type', [member, advisor])) }),
      z.object({
        type: z.literal('multiagent_20261001'),
        workflows: members,
        subagents: members,
        advisor: z.discriminatedUnion('type', [only('disabled'), advisor.extend({ type: z.literal('enabled') })]),
      }),
    ])
    .nullable();
}
export const definition = threadAgent.extend({ multiagent: multiagent(threadAgent) });
export const agent = threadAgent.extend({ multiagent: multiagent(pin), metadata, ...life });
