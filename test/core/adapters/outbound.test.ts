import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { guardedOutbound } from '../../../src/core/adapters/outbound/index.ts';
import { isPublic } from '../../../src/core/adapters/outbound/public.ts';
import { OutboundFailed, OutboundRefused, type OutboundRequest } from '../../../src/core/ports/outbound.ts';

const local = guardedOutbound(['127.0.0.1']);
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
  expect(await local.send(get(url))).toMatchObject({ status: 302, body: 'moved', truncated: false });
  expect(visits).toBe(1);
});

test('no more is read than was allowed', async () => {
  const url = await serve((_, reply) => reply.end('x'.repeat(1_000_000)));
  const reply = await local.send(get(url));
  expect([reply.body.length, reply.truncated]).toEqual([100, true]);
});

test('an answer that never ends is left at once when its body is not wanted', async () => {
  const url = await serve((_, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write('data: 1\n\n');
  });
  const began = Date.now();
  expect(await local.send(get(url, { read: 'errors' }))).toMatchObject({ status: 200, body: '' });
  expect(Date.now() - began).toBeLessThan(1_000);
});

test('no answer, a broken one, and one that takes too long are failures', async () => {
  const silent = await serve(() => undefined);
  await expect(local.send(get(silent, { timeoutMs: 100 }))).rejects.toThrow(OutboundFailed);
  const broken = await serve((request) => request.socket.destroy());
  await expect(local.send(get(broken))).rejects.toThrow(OutboundFailed);
  await expect(local.send(get('http://127.0.0.1:1/'))).rejects.toThrow(OutboundFailed);
});

test('only public addresses are asked, whether they stand in the URL or a name leads to them', async () => {
  let visits = 0;
  const url = await serve((_, reply) => {
    visits += 1;
    reply.end();
  });
  const { port } = new URL(url);
  const strict = guardedOutbound();
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '127.1']) {
    await expect(strict.send(get(`http://${host}:${port}/`)), host).rejects.toThrow(OutboundRefused);
  }
  expect(visits).toBe(0);
});

test('a host that was named is asked, at the port that was named', async () => {
  const url = await serve((_, reply) => reply.end('here'));
  const { port } = new URL(url);
  const named = guardedOutbound([`localhost:${port}`]);
  expect(await named.send(get(`http://localhost:${port}/`))).toMatchObject({ status: 200, body: 'here' });
  await expect(named.send(get(`http://127.0.0.1:${port}/`))).rejects.toThrow(OutboundRefused);
  expect(named.isNamed(`http://localhost:${port}/x`)).toBe(true);
  expect(named.isNamed('http://localhost:1/x')).toBe(false);
  expect(named.isNamed('no address')).toBe(false);
  expect(guardedOutbound(['[fd00::5]:443', 'Hooks.Internal']).isNamed('https://[fd00::5]/')).toBe(true);
  expect(guardedOutbound(['[fd00::5]:443', 'Hooks.Internal']).isNamed('http://hooks.internal:81/')).toBe(true);
});

test('an address is public unless a registry gives it another purpose', async () => {
  const open = ['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1'];
  const closed = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
    ...['192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1'],
    ...['240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', 'fe80::1', 'fc00::1'],
    ...['fd12::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '4000::1', 'name', ''],
  ];
  expect(open.filter((address) => !isPublic(address))).toEqual([]);
  expect(closed.filter(isPublic)).toEqual([]);
});
