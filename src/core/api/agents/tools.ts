/** The tools of an agent: what may be sent, and the resolved form that is stored and shown. */
import { z } from 'zod';
import { assertNever } from '../../../lib/assert-never.ts';
import type { BuiltinTool, PermissionPolicy, ToolConfig, ToolEntry } from '../../documents.ts';
import { invalid } from '../errors.ts';
import { BUILTIN, customTool } from './custom-tool.ts';
import { resolveSources, webFetchFields, webSearchFields } from './web-tools.ts';

const policy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('always_allow') }),
  z.object({ type: z.literal('always_ask') }),
  z.object({ type: z.literal('auto') }),
]);
const settings = { enabled: z.boolean().nullish(), permission_policy: policy.nullish() };
const defaults = z.object(settings).nullish();

function config<Name extends BuiltinTool, Fields extends z.ZodRawShape>(name: Name, fields: Fields) {
  return z.object({ type: z.literal(name).optional(), name: z.literal(name), ...settings, ...fields });
}
const toolConfig = z
  .discriminatedUnion('name', [
    config('bash', {}),
    config('read', {}),
    config('write', {}),
    config('edit', {}),
    config('glob', {}),
    config('grep', {}),
    config('web_fetch', webFetchFields),
    config('web_search', webSearchFields),
  ])
  .refine(
    (tool) => !('allowed_domains' in tool && tool.allowed_domains && tool.blocked_domains),
    'takes allowed_domains or blocked_domains, not both',
  );

export const toolInput = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent_toolset_20260401'),
    default_config: defaults,
    configs: z.array(toolConfig).max(BUILTIN.length).nullish(),
  }),
  z.object({
    type: z.literal('mcp_toolset'),
    mcp_server_name: z.string().min(1).max(255),
    default_config: defaults,
    configs: z
      .array(z.object({ name: z.string().min(1).max(128), ...settings }))
      .max(256)
      .nullish(),
  }),
  customTool,
]);
export type ToolInput = z.output<typeof toolInput>;
type Settings = { enabled?: boolean | null | undefined; permission_policy?: PermissionPolicy | null | undefined };
type Resolved = { enabled: boolean; permission_policy: PermissionPolicy };

/** Per-tool value, else the toolset's default, else the built-in default. `configs` keeps the overridden tools only. */
export function resolveTools(inputs: readonly ToolInput[]): ToolEntry[] {
  const entries = inputs.map(resolveTool);
  refuseTwice('tools: more than one', entries.map(labelOf));
  refuseUnknownSources(entries);
  const count = entries.reduce((sum, entry) => sum + countOf(entry), 0);
  if (count > 256) throw invalid(`tools: ${count} tools, at most 256 are allowed`);
  return entries;
}

/** Whose results `web_fetch` takes addresses from is said by the names of custom tools beside it. */
function refuseUnknownSources(entries: readonly ToolEntry[]): void {
  const custom = entries.flatMap((entry) => (entry.type === 'custom' ? [entry.name] : []));
  const configs = entries.flatMap((entry) => (entry.type === 'agent_toolset_20260401' ? entry.configs : []));
  for (const { url_sources } of configs) {
    const filter = url_sources?.client_tool_results;
    const named = filter != null && 'tools' in filter ? filter.tools : [];
    const unknown = named.find(({ name }) => !custom.includes(name));
    if (unknown === undefined) continue;
    throw invalid(
      `tools: url_sources.client_tool_results names "${unknown.name}", which is no custom tool of the agent`,
    );
  }
}

/** What a server of others offers is not known here: only what is said of it counts. */
function countOf(entry: ToolEntry): number {
  if (entry.type === 'custom') return 1;
  if (entry.type === 'mcp_toolset') return entry.configs.length;
  const settings = BUILTIN.map((name) => entry.configs.find((config) => config.name === name) ?? entry.default_config);
  return settings.filter(({ enabled }) => enabled).length;
}

/** Each tool at most once. */
function configsOf<Config extends { name: string }>({ configs }: { configs?: Config[] | null | undefined }): Config[] {
  const all = configs ?? [];
  refuseTwice(
    'tools: more than one config for',
    all.map(({ name }) => name),
  );
  return all;
}

function resolveTool(input: ToolInput): ToolEntry {
  switch (input.type) {
    case 'custom':
      return input;
    case 'agent_toolset_20260401': {
      const standard = resolve(input.default_config, { enabled: true, permission_policy: { type: 'always_allow' } });
      return {
        type: input.type,
        default_config: standard,
        configs: configsOf(input).map((tool) => resolveBuiltin(tool, standard)),
      };
    }
    case 'mcp_toolset': {
      const standard = resolve(input.default_config, { enabled: true, permission_policy: { type: 'always_ask' } });
      return {
        type: input.type,
        mcp_server_name: input.mcp_server_name,
        default_config: standard,
        configs: configsOf(input).map((tool) => ({ name: tool.name, ...resolve(tool, standard) })),
      };
    }
    default:
      return assertNever(input);
  }
}

function resolveBuiltin(tool: z.output<typeof toolConfig>, standard: Resolved): ToolConfig {
  const base = { type: tool.name, name: tool.name, ...resolve(tool, standard) };
  if (tool.name === 'web_fetch') {
    return {
      ...base,
      ...domainsOf(tool),
      ...(tool.max_content_tokens == null ? {} : { max_content_tokens: tool.max_content_tokens }),
      url_sources: resolveSources(tool.url_sources),
    };
  }
  if (tool.name !== 'web_search') return base;
  return { ...base, ...domainsOf(tool), ...(tool.user_location == null ? {} : { user_location: tool.user_location }) };
}

function domainsOf(tool: { allowed_domains?: string[] | undefined; blocked_domains?: string[] | undefined }) {
  if (tool.allowed_domains !== undefined) return { allowed_domains: tool.allowed_domains };
  return tool.blocked_domains === undefined ? {} : { blocked_domains: tool.blocked_domains };
}

function resolve(given: Settings | null | undefined, standard: Resolved): Resolved {
  return {
    enabled: given?.enabled ?? standard.enabled,
    permission_policy: given?.permission_policy ?? standard.permission_policy,
  };
}

function labelOf(entry: ToolEntry): string {
  if (entry.type === 'custom') return `custom tool "${entry.name}"`;
  return entry.type === 'mcp_toolset' ? `toolset for MCP server "${entry.mcp_server_name}"` : 'agent toolset';
}

function refuseTwice(complaint: string, labels: readonly string[]): void {
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) throw invalid(`${complaint} ${twice}`);
}
