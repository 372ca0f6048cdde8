import { expect, test } from 'vitest';
import { checkCoherence } from '../../../src/core/api/agents/coherence.ts';
import { mergeAgent, sameAgent } from '../../../src/core/api/agents/merge.ts';
import { resolveModel } from '../../../src/core/api/agents/model.ts';
import { agentCreate, agentUpdate } from '../../../src/core/api/agents/schema.ts';
import { resolveTools, type ToolInput, toolInput } from '../../../src/core/api/agents/tools.ts';
import type { AgentBody } from '../../../src/core/documents.ts';

const tools = (...inputs: unknown[]): ToolInput[] => inputs.map((input) => toolInput.parse(input));
const lookup = (schema: object) => ({ type: 'custom', name: 'lookup', description: 'Looks up.', input_schema: schema });

const agent: AgentBody = {
  id: 'agent_1',
  type: 'agent',
  version: 1,
  name: 'one',
  description: 'text',
  system: 'be brief',
  model: { id: 'm', effort: { type: 'low' }, speed: 'fast', inference_geo: 'us' },
  tools: [],
  mcp_servers: [],
  skills: [],
  multiagent: null,
  execution_identity: { type: 'service_account' },
  metadata: { team: 'a', tier: '1' },
  created_at: '2026-11-21T00:00:00.000Z',
  updated_at: '2026-11-21T00:00:00.000Z',
  archived_at: null,
};

test('a tool is configured by itself, else by its toolset, else by the built-in default', () => {
  const [plain] = resolveTools(tools({ type: 'agent_toolset_20260401' }));
  expect(plain).toEqual({
    type: 'agent_toolset_20260401',
    default_config: { enabled: true, permission_policy: { type: 'always_allow' } },
    configs: [],
  });
  const [asked] = resolveTools(
    tools({
      type: 'agent_toolset_20260401',
      default_config: { enabled: false, permission_policy: { type: 'always_ask' } },
      configs: [
        { name: 'bash', enabled: true },
        { name: 'read', enabled: null, permission_policy: { type: 'auto' } },
      ],
    }),
  );
  expect(asked).toMatchObject({
    configs: [
      { type: 'bash', name: 'bash', enabled: true, permission_policy: { type: 'always_ask' } },
      { type: 'read', name: 'read', enabled: false, permission_policy: { type: 'auto' } },
    ],
  });
});

test('MCP tools ask by default and their configs carry no type', () => {
  const [set] = resolveTools(tools({ type: 'mcp_toolset', mcp_server_name: 's', configs: [{ name: 't' }] }));
  expect(set).toEqual({
    type: 'mcp_toolset',
    mcp_server_name: 's',
    default_config: { enabled: true, permission_policy: { type: 'always_ask' } },
    configs: [{ name: 't', enabled: true, permission_policy: { type: 'always_ask' } }],
  });
});

test('web_fetch always shows its sources, in their object form', () => {
  const configs = [{ name: 'web_fetch', url_sources: { user_input: 'all' }, allowed_domains: ['example.com'] }];
  expect(resolveTools(tools({ type: 'agent_toolset_20260401', configs }))).toMatchObject([
    { configs: [{ url_sources: { user_input: { type: 'all' }, client_tool_results: null } }] },
  ]);
  expect(resolveTools(tools({ type: 'agent_toolset_20260401', configs: [{ name: 'web_fetch' }] }))).toMatchObject([
    { configs: [{ url_sources: null }] },
  ]);
});

test('its sources are named by tools that are there, each once', () => {
  const named = (...names: string[]) => ({
    type: 'only',
    tools: names.map((name) => ({ type: 'tool_reference', name })),
  });
  const read = (url_sources: object) =>
    toolInput.safeParse({ type: 'agent_toolset_20260401', configs: [{ name: 'web_fetch', url_sources }] });
  expect(read({ server_tool_results: named('web_search') }).success).toBe(true);
  expect(read({ server_tool_results: named('bash') }).success).toBe(false);
  expect(read({ client_tool_results: named('lookup', 'lookup') }).success).toBe(false);
  const configs = [{ name: 'web_fetch', url_sources: { client_tool_results: named('lookup') } }];
  const fetching = { type: 'agent_toolset_20260401', configs };
  expect(() => resolveTools(tools(fetching))).toThrow('lookup');
  expect(resolveTools(tools(fetching, lookup({ type: 'object' })))).toHaveLength(2);
});

test('a domain is the same in capitals', () => {
  const configs = [{ name: 'web_search', allowed_domains: ['example.com', 'Example.com'] }];
  expect(toolInput.safeParse({ type: 'agent_toolset_20260401', configs }).success).toBe(false);
});

test('a place to search from names a time zone that exists', () => {
  const accepts = (timezone: string) => {
    const user_location = { type: 'approximate', timezone };
    const configs = [{ name: 'web_search', user_location }];
    return toolInput.safeParse({ type: 'agent_toolset_20260401', configs }).success;
  };
  expect(['Europe/Berlin', 'UTC', 'Mars/Base', ''].map(accepts)).toEqual([true, true, false, false]);
});

test('the same toolset, config or tool name twice is refused', () => {
  const set = { type: 'agent_toolset_20260401' };
  expect(() => resolveTools(tools(set, set))).toThrow('more than one agent toolset');
  expect(() => resolveTools(tools({ ...set, configs: [{ name: 'bash' }, { name: 'bash' }] }))).toThrow('bash');
  expect(() => resolveTools(tools(lookup({ type: 'object' }), lookup({ type: 'object' })))).toThrow('lookup');
});

test('custom tools need a free name and a schema every model takes', () => {
  const accepts = (input: unknown) => toolInput.safeParse(input).success;
  expect(accepts(lookup({ type: 'object', properties: { a: { anyOf: [{ type: 'string' }] } } }))).toBe(true);
  expect(accepts({ ...lookup({ type: 'object' }), name: 'bash' })).toBe(false);
  expect(accepts({ ...lookup({ type: 'object' }), name: 'mcp__x' })).toBe(false);
  expect(accepts({ ...lookup({ type: 'object' }), name: 'has space' })).toBe(false);
  expect(accepts({ ...lookup({ type: 'object' }), description: '' })).toBe(false);
  expect(accepts(lookup({ type: 'string' }))).toBe(false);
  expect(accepts(lookup({ type: 'object', anyOf: [] }))).toBe(false);
  expect(accepts(lookup({ type: 'object', properties: { a: { items: { $ref: '#' } } } }))).toBe(false);
  expect(accepts(lookup({ type: 'object', properties: { 'a b': {} } }))).toBe(false);
});

test('MCP servers and the toolsets that use them must match, and skills need the read tool', () => {
  const server = { type: 'url' as const, name: 's', url: 'https://mcp.example.com' };
  const uses = resolveTools(tools({ type: 'mcp_toolset', mcp_server_name: 's' }));
  const reads = resolveTools(tools({ type: 'agent_toolset_20260401' }));
  const blind = resolveTools(tools({ type: 'agent_toolset_20260401', configs: [{ name: 'read', enabled: false }] }));
  const skills = [{ type: 'custom' as const, skill_id: 'skill_1', version: 'latest' }];
  expect(() => checkCoherence({ tools: uses, mcp_servers: [server], skills: [] })).not.toThrow();
  expect(() => checkCoherence({ tools: [], mcp_servers: [server], skills: [] })).toThrow('not used');
  expect(() => checkCoherence({ tools: uses, mcp_servers: [], skills: [] })).toThrow('not in mcp_servers');
  expect(() => checkCoherence({ tools: uses, mcp_servers: [server, server], skills: [] })).toThrow('more than one');
  expect(() => checkCoherence({ tools: reads, mcp_servers: [], skills })).not.toThrow();
  expect(() => checkCoherence({ tools: blind, mcp_servers: [], skills })).toThrow('read');
});

test('the same model keeps its effort, another takes the standard; speed and geo go unless sent again', () => {
  expect(resolveModel('m', agent.model)).toEqual({ id: 'm', effort: { type: 'low' }, speed: 'standard' });
  expect(resolveModel({ id: 'other' }, agent.model)).toEqual({
    id: 'other',
    effort: { type: 'high' },
    speed: 'standard',
  });
  expect(resolveModel({ id: 'm', effort: 'max', inference_geo: 'global' }, agent.model)).toEqual({
    id: 'm',
    effort: { type: 'max' },
    speed: 'standard',
    inference_geo: 'global',
  });
});

test('an update keeps what is omitted, clears what is null or empty, and patches metadata', () => {
  const change = agentUpdate.parse({ description: '', system: null, metadata: { tier: null, zone: 'eu' } });
  expect(mergeAgent(agent, change)).toEqual({
    ...agent,
    description: null,
    system: null,
    metadata: { team: 'a', zone: 'eu' },
  });
});

test('an update to what already stands is seen to change nothing', () => {
  const same = agentUpdate.parse({
    name: 'one',
    model: { id: 'm', speed: 'fast', inference_geo: 'us' },
    tools: [],
    metadata: { team: 'a' },
    execution_identity: null,
  });
  expect(sameAgent(mergeAgent(agent, same), agent)).toBe(true);
  expect(sameAgent(mergeAgent(agent, agentUpdate.parse({ name: 'two' })), agent)).toBe(false);
});

test('metadata over its limits is refused by the merged bag, not by the patch', () => {
  const fifteen = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`k${i}`, 'v']));
  expect(() => mergeAgent(agent, agentUpdate.parse({ metadata: fifteen }))).toThrow('17 keys');
  expect(() => mergeAgent(agent, agentUpdate.parse({ metadata: { team: null, ...fifteen } }))).not.toThrow();
});

test('what is too long is refused with its path', () => {
  const read = agentCreate.safeParse({ name: 'x'.repeat(257), model: '' });
  expect(read.error?.issues.map((issue) => issue.path.join('.'))).toEqual(['name', 'model']);
});
