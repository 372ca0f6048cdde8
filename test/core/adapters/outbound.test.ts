import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { fetchOutbound } from '../../../src/core/adapters/outbound/index.ts';
import { OutboundFailed, type OutboundRequest } from '../../../src/core/ports/outbound.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`;
}

function get(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { method: 'GET', url, headers: {}, timeoutMs: 2_000, maxBytes: 100, read: 'always', ...more };
}

test('a redirect is an answer and is not followed', async () => {
  let visits = 0;
  const url = await serve((_, reply) => {
    visits += 1;
    reply.writeHead(302, { location: '/elsewhere' }).end('moved');
  });
  expect(await fetchOutbound().send(get(url))).toMatchObject({ status: 302, body: 'moved', truncated: false });
  expect(visits).toBe(1);
});

test('no more is read than was allowed', async () => {
  const url = await serve((_, reply) => reply.end('x'.repeat(1_000_000)));
  const reply = await fetchOutbound().send(get(url));
  expect([reply.body.length, reply.truncated]).toEqual([100, true]);
});

test('an answer that never ends is left at once when its body is not wanted', async () => {
  const url = await serve((_, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write('data: 1\n\n');
  });
  const began = Date.now();
  expect(await fetchOutbound().send(get(url, { read: 'errors' }))).toMatchObject({ status: 200, body: '' });
  expect(Date.now() - began).toBeLessThan(1_000);
});

test('no answer, a broken one, and one that takes too long are failures', async () => {
  const silent = await serve(() => undefined);
  await expect(fetchOutbound().send(get(silent, { timeoutMs: 100 }))).rejects.toThrow(OutboundFailed);
  const broken = await serve((request) => request.socket.destroy());
  await expect(fetchOutbound().send(get(broken))).rejects.toThrow(OutboundFailed);
  await expect(fetchOutbound().send(get('http://127.0.0.1:1/'))).rejects.toThrow(OutboundFailed);
});
