/** MCP over HTTP, by the official client: streamable HTTP first, the older event stream where a server knows only that. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { McpConnection, McpServers } from '../../ports/mcp.ts';
import { acceptable } from './acceptable.ts';
import { statusOf, toFailure } from './failure.ts';
import { toResult } from './result.ts';

export type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;

const CONNECT_MS = 10_000;
const CALL_MS = 30_000;
/** Progress makes a call live longer, but no longer than this. */
const LONGEST_CALL_MS = 120_000;
const MAX_PAGES = 10;
/** What a server answers that knows nothing of streamable HTTP. */
const OLDER = [400, 404, 405];

/** `fetch` decides which addresses may be asked. The client is loaded when the first server is connected to. */
export function mcpServers({ fetch }: { fetch: Fetch }): McpServers {
  return {
    async connect({ url, token }, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_MS)]);
      const options = {
        fetch,
        requestInit: token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
      };
      try {
        const client = await opened(new URL(url), options, limited);
        return await connection(client, limited).catch(async (error: unknown) => {
          await client.close().catch(() => undefined);
          throw error;
        });
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

interface Options {
  fetch: Fetch;
  requestInit: RequestInit;
}

async function opened(url: URL, options: Options, signal: AbortSignal): Promise<Client> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  try {
    return await through(asTransport(new StreamableHTTPClientTransport(url, options)), signal);
  } catch (error) {
    if (!OLDER.includes(statusOf(error) ?? 0)) throw error;
  }
  const { SSEClientTransport } = await import('@modelcontextprotocol/sdk/client/sse.js');
  return await through(asTransport(new SSEClientTransport(url, options)), signal);
}

/** Nothing is offered in return: a server that asks for a completion or for the user's words is refused by the client. */
async function through(transport: Transport, signal: AbortSignal): Promise<Client> {
  const { Client: McpClient } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new McpClient({ name: 'vigil', version: '1' }, { capabilities: {} });
  try {
    await client.connect(transport, { signal, timeout: CONNECT_MS });
    return client;
  } catch (error) {
    await client.close().catch(() => undefined);
    throw error;
  }
}

async function connection(client: Client, signal: AbortSignal): Promise<McpConnection> {
  const listed = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, { signal, timeout: CONNECT_MS });
    listed.push(...answer.tools);
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return {
    tools: acceptable(listed),
    async call(name, input, stop) {
      try {
        const timing = { timeout: CALL_MS, maxTotalTimeout: LONGEST_CALL_MS, resetTimeoutOnProgress: true };
        return toResult(await client.callTool({ name, arguments: input }, undefined, { ...timing, signal: stop }));
      } catch (error) {
        throw toFailure(error);
      }
    },
    close: () => client.close().catch(() => undefined),
  };
}

/** The package's own transports do not fit its interface under exact optional properties. */
function asTransport(transport: object): Transport {
  return transport as Transport;
}
