import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createFetch } from '../../../../src/core/adapters/anthropic/fetch.ts';

const servers: Server[] = [];
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const post = (body: string): RequestInit => ({ method: 'POST', headers: { 'x-api-key': 'secret' }, body });

test('one connection serves one request after another', async () => {
  const ports = new Set<number | undefined>();
  const url = await serving((request, response) => {
    ports.add(request.socket.remotePort);
    request.pipe(response);
  });
  const ask = createFetch();
  for (const word of ['one', 'two', 'three']) expect(await (await ask(url, post(word))).text()).toBe(word);
  expect(ports.size).toBe(1);
});

test('a kept connection that the service closes under a request is replaced, a new one is not tried twice', async () => {
  let asked = 0;
  const seen = new WeakSet<object>();
  const url = await serving((request, response) => {
    asked += 1;
    if (seen.has(request.socket) || request.url === '/never') return request.socket.destroy();
    seen.add(request.socket);
    return request.pipe(response);
  });
  const ask = createFetch();
  expect(await (await ask(url, post('one'))).text()).toBe('one');
  expect(await (await ask(url, post('two'))).text()).toBe('two');
  expect(asked).toBe(3);
  await expect(createFetch()(`${url}/never`, post('x'))).rejects.toThrow('socket hang up');
  expect(asked).toBe(4);
});

test('a redirect is answered, not followed: the key goes nowhere else', async () => {
  const heard: unknown[] = [];
  const elsewhere = await serving((request, response) => {
    heard.push(request.headers['x-api-key']);
    response.end();
  });
  const url = await serving((_, response) => response.writeHead(307, { location: elsewhere }).end());
  expect((await createFetch()(url, post('x'))).status).toBe(307);
  expect(heard).toEqual([]);
});

test('an answer comes piece by piece, and whoever stops reading hangs up', async () => {
  let closed: () => void = () => undefined;
  const hungUp = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const url = await serving((_, response) => {
    response.on('close', closed);
    response.write('first');
  });
  const stop = new AbortController();
  const answer = await createFetch()(url, { ...post('x'), signal: stop.signal });
  const reader = answer.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
  const next = reader?.read();
  stop.abort();
  await expect(next).rejects.toThrow();
  await hungUp;
});

test('repeated headers and an answer without a body arrive as they are', async () => {
  const url = await serving((_, response) =>
    response
      .writeHead(
        204,
        [
          ['warning', 'a'],
          ['warning', 'b'],
        ].flat(),
      )
      .end(),
  );
  const answer = await createFetch()(url);
  expect([answer.status, answer.headers.get('warning'), await answer.text()]).toEqual([204, 'a, b', '']);
});

test('nothing of a request leaves before it is permitted, and without a permit nothing ever does', async () => {
  let bytes = 0;
  let connections = 0;
  const url = await serving((request, response) => request.pipe(response));
  servers.at(-1)?.on('connection', (socket) => {
    connections += 1;
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
  });
  const ask = createFetch();
  let permit: () => void = () => undefined;
  const waiting = ask(url, { ...post('one'), permit: new Promise<void>((resolve) => (permit = resolve)) });
  await expect.poll(() => connections).toBe(1);
  expect(bytes).toBe(0);
  permit();
  expect(await (await waiting).text()).toBe('one');
  const before = bytes;
  await expect(ask(url, { ...post('two'), permit: Promise.reject(new Error('not on record')) })).rejects.toThrow(
    'not on record',
  );
  expect(bytes).toBe(before);
});
