/** A receiver of webhooks that keeps what came, and answers as it is told. */
import { createServer } from 'node:http';

export interface Received {
  body: string;
  headers: Record<string, string>;
}
export interface Receiver {
  url: string;
  received: Received[];
  /** What it answers. */
  status: number;
  /** Resolves with everything once this many came. */
  until(count: number): Promise<Received[]>;
  close(): Promise<void>;
}

export async function webhookReceiver(): Promise<Receiver> {
  const waiting: { count: number; done: () => void }[] = [];
  const server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    receiver.received.push({ body, headers });
    reply.writeHead(receiver.status, { location: '/elsewhere' }).end();
    for (const { count, done } of waiting) if (receiver.received.length >= count) done();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const receiver: Receiver = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/hook`,
    received: [],
    status: 204,
    async until(count) {
      if (receiver.received.length < count) await new Promise<void>((done) => waiting.push({ count, done }));
      return receiver.received;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
