/**
 * The only way that git has to the network: a proxy on this machine, for the time of one command, that lets through to one
 * host and port and counts the bytes. So the address is checked when it is connected to, a redirect to another host leads
 * nowhere, and a repository without end ends.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Duplex, pipeline, Transform } from 'node:stream';
import { OutboundRefused } from '../../ports/outbound.ts';

/** Connects to the host and port of a URL, or rejects: with `OutboundRefused` when its address may not be asked. */
export type Connect = (url: URL) => Promise<Socket>;

export interface Tunnel {
  /** For `http.proxy`. */
  proxy: string;
  /** The first thing that did not go through, in our words. */
  trouble(): string | null;
  close(): Promise<void>;
}

export async function openTunnel(to: URL, connect: Connect, maxBytes: number): Promise<Tunnel> {
  const open = new Set<Duplex>();
  let trouble: string | null = null;
  let left = maxBytes;

  function keep<Kept extends Duplex>(socket: Kept): Kept {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    return socket;
  }
  async function reach(wanted: boolean): Promise<Socket> {
    try {
      if (!wanted) throw new OutboundRefused('it redirects to another host: attach it by its new address');
      return keep(await connect(to));
    } catch (error) {
      trouble ??= reasonOf(error);
      throw error;
    }
  }
  function metered(): Transform {
    return new Transform({
      transform(chunk: Buffer, _, done) {
        left -= chunk.length;
        if (left >= 0) return done(null, chunk);
        trouble ??= `it is larger than the ${Math.floor(maxBytes / 1_000_000)} MB that are fetched at most`;
        done(new Error('too large'));
      },
    });
  }

  const server = createServer((ask, answer) => {
    reach(isFor(to, ask.url)).then(
      (socket) => forward(to, socket, ask, answer, metered()),
      () => answer.writeHead(502).end(),
    );
  });
  server.on('connection', keep);
  server.on('connect', (ask: IncomingMessage, client: Duplex) => {
    reach(to.protocol === 'https:' && ask.url?.toLowerCase() === hostAndPort(to)).then(
      (socket) => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        pipeline(client, socket, () => undefined);
        pipeline(socket, metered(), client, () => undefined);
      },
      () => client.end('HTTP/1.1 502 Bad gateway\r\n\r\n'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    proxy: `http://127.0.0.1:${port}`,
    trouble: () => trouble,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Plain HTTP, for hosts that the operator named: the request goes on as it is, over the connection that was checked. */
function forward(to: URL, socket: Socket, ask: IncomingMessage, answer: ServerResponse, meter: Transform): void {
  const { pathname, search } = new URL(ask.url ?? '', to);
  const { 'proxy-connection': _, ...headers } = ask.headers;
  const sent = request(
    {
      createConnection: () => socket,
      host: to.hostname,
      method: ask.method,
      path: pathname + search,
      headers: { ...headers, connection: 'close' },
    },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      pipeline(reply, meter, answer, () => undefined);
    },
  );
  sent.on('error', () => answer.destroy());
  pipeline(ask, sent, () => undefined);
}

function isFor(to: URL, asked: string | undefined): boolean {
  if (asked === undefined || !URL.canParse(asked)) return false;
  return to.protocol === 'http:' && new URL(asked).origin === to.origin;
}

function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || '443'}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof OutboundRefused) return error.message;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `its host could not be reached${code}`;
}
