/** A real MCP server, by the official server library, over real HTTP, with tools of every temper. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

export interface TestMcpServer {
  url: string;
  /** What opens it from now on; null lets everybody in. */
  accept(token: string | null): void;
  /** While this is true, what comes in is not answered. */
  stalls: boolean;
  /** `tool input` of every call that ran. */
  ran: string[];
  /** Every authorization header that came in. */
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** With a token, whoever does not send it gets 401. */
export async function startMcpServer(first: string | null = null): Promise<TestMcpServer> {
  let token = first;
  const ran: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const http = createServer(async (request, response) => {
    authorizations.push(request.headers.authorization);
    if (server.stalls) return;
    if (token !== null && request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end(`no access with ${request.headers.authorization}`);
      return;
    }
    const one = shop(ran);
    // Stateless: a server for each request, as behind a load balancer.
    const transport = new StreamableHTTPServerTransport({});
    response.on('close', () => void one.close());
    await one.connect(asTransport(transport));
    await transport.handleRequest(request, response);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const server: TestMcpServer = {
    url: `http://127.0.0.1:${address.port}/mcp`,
    stalls: false,
    accept(next) {
      token = next;
    },
    ran,
    authorizations,
    async close() {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
  return server;
}

function shop(ran: string[]): McpServer {
  const server = new McpServer({ name: 'shop', version: '1' });
  const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
  server.registerTool(
    'stock.count',
    { description: 'How many there are', inputSchema: { item: z.string() } },
    async ({ item }) => {
      ran.push(`stock.count ${item}`);
      return text(`42 of ${item}`);
    },
  );
  server.registerTool('fails', { description: 'Never works' }, async () => ({
    ...text('out of order'),
    isError: true,
  }));
  server.registerTool('talks', { description: 'Says a lot' }, async () => text('x'.repeat(150_000)));
  server.registerTool('hidden', { description: 'Not for this agent' }, async () => text('seen'));
  return server;
}

/** The package's own transport does not fit its interface under exact optional properties. */
function asTransport(transport: object): Parameters<McpServer['connect']>[0] {
  return transport as Parameters<McpServer['connect']>[0];
}
