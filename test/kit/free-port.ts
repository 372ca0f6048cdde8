import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port nobody listens on now: for programs that must be told theirs, or keep it over a restart. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
