import { request } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openTunnel } from '../../../../src/core/adapters/git/tunnel.ts';
import { guardedConnect } from '../../../../src/core/adapters/outbound/index.ts';

/** Asks the proxy for a way to the host, as git does for HTTPS. */
function connectTo(proxy: string, path: string): Promise<{ status: number | undefined; socket: Socket }> {
  const { hostname, port } = new URL(proxy);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method: 'CONNECT', path });
    asked.once('connect', (reply, socket) =>
      resolve({ status: reply.statusCode, socket: socket.on('error', () => {}) }),
    );
    asked.once('error', reject);
    asked.end();
  });
}

test('a tunnel leads to its own host and port, carries both ways, and ends when it has carried enough', async () => {
  const echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const address = echo.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const to = new URL(`https://127.0.0.1:${port}/a/b.git`);
  const tunnel = await openTunnel(to, guardedConnect(['127.0.0.1']), 1_000_000);
  const { status, socket } = await connectTo(tunnel.proxy, `127.0.0.1:${port}`);
  expect(status).toBe(200);
  socket.write('ping');
  expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('ping');
  const ended = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(Buffer.alloc(1_000_001));
  await ended;
  expect(tunnel.trouble()).toBe('it is larger than the 1 MB that are fetched at most');
  await tunnel.close();

  for (const [named, path, why] of [
    ['127.0.0.1', '127.0.0.1:1', 'redirects to another host'],
    ['127.0.0.1', `localhost:${port}`, 'redirects to another host'],
    ['elsewhere', `127.0.0.1:${port}`, 'not a public address'],
  ] as const) {
    const other = await openTunnel(to, guardedConnect([named]), 1_000_000);
    expect((await connectTo(other.proxy, path)).status).toBe(502);
    expect(other.trouble()).toContain(why);
    await other.close();
  }
  echo.close();
});
