import type { ToolCall } from '../../ports/engine.ts';
import { McpFailed, type McpResult } from '../../ports/mcp.ts';
import type { Call } from '../state/calls.ts';
import type { Turn } from '../turn.ts';

/** A call of a tool of an MCP server. Without an answer it is not known whether the tool did its work. */
export async function callServer(turn: Turn, server: string, call: Call): Promise<Pick<ToolCall, 'state'> & McpResult> {
  try {
    const servers = await turn.servers();
    if (turn.halt.reason() !== null)
      return { state: 'completed', isError: true, content: text('The call was interrupted before it began.') };
    if (!servers.offers.some((offer) => offer.server === server && offer.tool === call.name))
      return {
        state: 'completed',
        isError: true,
        content: text(`The MCP server ${server} offers no ${call.name} now.`),
      };
    const result = await servers.call(server, call.name, call.input, turn.halt.signal());
    return { state: 'completed', ...result };
  } catch (error) {
    if (!(error instanceof McpFailed)) throw error;
    const unsure = 'The call may or may not have had its effect: verify it before you make it again.';
    return { state: 'unknown', isError: true, content: text(`MCP server ${server}: ${error.message}. ${unsure}`) };
  }
}

function text(words: string): McpResult['content'] {
  return [{ type: 'text', text: words }];
}
