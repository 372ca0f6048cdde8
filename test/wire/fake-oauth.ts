/** An MCP server that takes one access token, and the token endpoint that gives out the next one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Grant {
  status: number;
  body: string;
}

export interface FakeOAuth {
  mcp: string;
  tokens: string;
  /** What the MCP server takes now. */
  accepts: string;
  /** Answers the MCP server with this status instead. */
  broken: number | null;
  /** What the token endpoint answers; by default it grants a token that the MCP server then takes. */
  grant: ((form: URLSearchParams) => Grant | Promise<Grant>) | null;
  /** Methods asked of the MCP server, and forms sent to the token endpoint with their authorization. */
  asked: string[];
  forms: { form: URLSearchParams; authorization: string | undefined }[];
  close(): Promise<void>;
}

export async function fakeOAuth(): Promise<FakeOAuth> {
  const server = createServer((request, reply) => void answer(request, reply));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const fake: FakeOAuth = {
    mcp: `${base}/mcp`,
    tokens: `${base}/token`,
    accepts: 'first-access-token',
    broken: null,
    grant: null,
    asked: [],
    forms: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.url === '/token') return await grantToken(request, body, reply);
    const { method } = JSON.parse(body);
    fake.asked.push(method);
    if (fake.broken !== null) {
      reply.writeHead(fake.broken, { 'content-type': 'text/plain' }).end('out of order');
    } else if (request.headers.authorization !== `Bearer ${fake.accepts}`) {
      reply.writeHead(401, { 'content-type': 'text/plain' }).end(`no: ${request.headers.authorization}`);
    } else {
      reply.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's1' });
      reply.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools: [] } }));
    }
  }

  async function grantToken(request: IncomingMessage, body: string, reply: ServerResponse): Promise<void> {
    const form = new URLSearchParams(body);
    fake.forms.push({ form, authorization: request.headers.authorization });
    const given = (await fake.grant?.(form)) ?? renewed();
    reply.writeHead(given.status, { 'content-type': 'application/json' }).end(given.body);
  }
  function renewed(): Grant {
    fake.accepts = `access-token-${fake.forms.length}`;
    const refresh_token = `refresh-token-${fake.forms.length}`;
    return { status: 200, body: JSON.stringify({ access_token: fake.accepts, refresh_token, expires_in: 3600 }) };
  }
  return fake;
}
