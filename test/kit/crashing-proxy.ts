/** Stands between the server and an outside system, and ends the server at a chosen request. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface RequestDeath {
  /** Method and end of the path: `POST /git/refs`, `POST /chat.postMessage`. */
  request: string;
  /** Only requests whose body holds this. */
  holding?: string;
  /** `before`: the outside never hears of it. `after`: it has done it, and the answer finds nobody. */
  when: 'before' | 'after';
}
/** Deaths that wait for their request, one after the other; several proxies may share them. */
export type Deaths = (request: IncomingMessage, body: Buffer) => RequestDeath | null;
export interface Proxy {
  url: string;
  close(): Promise<void>;
}

export function inTurn(deaths: readonly RequestDeath[]): Deaths {
  const waiting = [...deaths];
  return (request, body) => {
    const [next] = waiting;
    return next !== undefined && isMeant(next, request, body) ? (waiting.shift() ?? null) : null;
  };
}

export async function crashingProxy(target: string, deaths: Deaths, kill: () => void): Promise<Proxy> {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const death = deaths(request, body);
    if (death?.when === 'before') return end(request);
    const answer = await forward(target, request, body);
    const content = Buffer.from(await answer.arrayBuffer());
    if (death !== null) return end(request);
    response.writeHead(answer.status, headersOf(answer)).end(content);
  }
  function end(request: IncomingMessage): void {
    kill();
    request.socket.destroy();
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function isMeant(death: RequestDeath, request: IncomingMessage, body: Buffer): boolean {
  const [method, path = ''] = death.request.split(' ');
  const asked = new URL(request.url ?? '/', 'http://x').pathname;
  return request.method === method && asked.endsWith(path) && body.includes(death.holding ?? '');
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const hop = new Set(['connection', 'host', 'content-length', 'transfer-encoding', 'content-encoding', 'keep-alive']);

function forward(target: string, { method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer) {
  const passed = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !hop.has(name) ? [[name, value]] : [],
  );
  return fetch(`${target}${url}`, { method, headers: passed, ...(body.length > 0 ? { body } : {}) });
}

function headersOf(answer: Response): Record<string, string> {
  return Object.fromEntries([...answer.headers].filter(([name]) => !hop.has(name)));
}
