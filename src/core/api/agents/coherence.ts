/** What must hold between the fields of one agent, whichever of them was just changed. */
import type { AgentDefinition, ToolEntry } from '../../documents.ts';
import { multiagentOf } from '../../threads.ts';
import { invalid } from '../errors.ts';

export function checkCoherence(agent: Pick<AgentDefinition, 'tools' | 'mcp_servers' | 'skills'>): void {
  const servers = agent.mcp_servers.map((server) => server.name);
  const twice = servers.find((name, index) => servers.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`mcp_servers: more than one is named "${twice}"`);
  const used = agent.tools.flatMap((tool) => (tool.type === 'mcp_toolset' ? [tool.mcp_server_name] : []));
  const unknown = used.find((name) => !servers.includes(name));
  if (unknown !== undefined) throw invalid(`tools: mcp_toolset names "${unknown}", which is not in mcp_servers`);
  const unused = servers.find((name) => !used.includes(name));
  if (unused !== undefined) throw invalid(`mcp_servers: "${unused}" is not used by any mcp_toolset in tools`);
  if (agent.skills.length > 0 && !mayRead(agent.tools)) {
    throw invalid('skills: the agent must have the "read" tool enabled, because skills are files it reads');
  }
}

/** A newer form of working with others has tools of its own, whose names are kept free. */
export function refuseReserved({ tools, multiagent }: Pick<AgentDefinition, 'tools' | 'multiagent'>): void {
  if (multiagentOf({ multiagent })?.type !== 'multiagent_20261001') return;
  const taken = tools.find((tool) => tool.type === 'custom' && tool.name.startsWith('ant__'));
  if (taken !== undefined) throw invalid('tools: with multiagent_20261001 no custom tool may begin with ant__');
}

function mayRead(tools: readonly ToolEntry[]): boolean {
  return tools.some(
    (tool) =>
      tool.type === 'agent_toolset_20260401' &&
      (tool.configs.find((config) => config.name === 'read') ?? tool.default_config).enabled,
  );
}
