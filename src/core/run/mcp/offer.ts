/** What a server lists → what the model is offered: enabled tools under names of their own. Pure. */
import type { McpToolset, PermissionPolicy, ToolEntry } from '../../documents.ts';
import type { McpTool } from '../../ports/mcp.ts';
import type { ModelTool } from '../../ports/model.ts';
import { MAX_OFFERED_NAME, offeredName } from './offered-name.ts';

export interface Offer {
  server: string;
  /** The server's own name of it. */
  tool: string;
  policy: PermissionPolicy;
  offered: ModelTool;
}

/** In the order of the agent's toolsets, then of the server's list, so that a prompt cache keeps its prefix. */
export function offersOf(tools: readonly ToolEntry[], listed: ReadonlyMap<string, readonly McpTool[]>): Offer[] {
  const offers: Offer[] = [];
  for (const toolset of tools) {
    if (toolset.type !== 'mcp_toolset') continue;
    for (const tool of listed.get(toolset.mcp_server_name) ?? []) {
      const offer = offerOf(toolset, tool);
      // Two that would look the same to the model: the first stays, so that nobody can put himself in its place.
      if (offer !== null && !offers.some(({ offered }) => offered.name === offer.offered.name)) offers.push(offer);
    }
  }
  return offers;
}

function offerOf(toolset: McpToolset, { name, description, inputSchema }: McpTool): Offer | null {
  const config = toolset.configs.find((one) => one.name === name) ?? toolset.default_config;
  const offered = offeredName(toolset.mcp_server_name, name);
  if (!config.enabled || offered.length > MAX_OFFERED_NAME) return null;
  return {
    server: toolset.mcp_server_name,
    tool: name,
    policy: config.permission_policy,
    offered: { name: offered, description, input_schema: inputSchema },
  };
}
