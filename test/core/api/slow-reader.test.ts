import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { scriptedModel } from '../../../src/core/adapters/scripted/index.ts';
import { type LogId, mint } from '../../../src/core/ids.ts';
import type { Store } from '../../../src/core/ports/store.ts';
import { embedCore } from '../../../src/embed.ts';

/** Together more than the server would ever keep for one reader, and more than a socket holds. */
const LINES = 150;
const LINE_CHARACTERS = 500_000;
const AT_ONCE = 10;

test('a reader that stands still for longer than anything would be kept for it hears every line when it reads again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'slow-'));
  let store: Store | null = null;
  const core = await embedCore({
    dataDir,
    apiKey: 'key',
    models: { scripted: scriptedModel([]) },
    wrap: (ports) => {
      store = ports.store;
      return ports;
    },
  });
  const server = Fastify({ forceCloseConnections: true });
  await server.register(core.plugin);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    await server.close();
    await core.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const { beta } = core.client;
  const agent = await beta.agents.create({ name: 'a', model: 'scripted' });
  const environment = await beta.environments.create({ name: 'e' });
  const { id } = await beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  const request = get(`${url}/v1/sessions/${id}/events/stream?beta=true`, { headers: { 'x-api-key': 'key' } });
  const [reader]: [IncomingMessage] = asOne(await once(request, 'response'));
  reader.pause();

  const session = asLog(id);
  const says = 'x'.repeat(LINE_CHARACTERS);
  const lineAt = (n: number) => ({
    event: {
      id: mint('sevt'),
      type: 'agent.message' as const,
      processed_at: new Date(n).toISOString(),
      content: [{ type: 'text' as const, text: says }],
    },
  });
  for (let n = 1; n <= LINES; n += AT_ONCE) {
    const rows = Array.from({ length: AT_ONCE }, (_, at) => lineAt(n + at));
    await opened(store).commit({ append: [{ session, rows }] });
  }
  const times: number[] = [];
  let tail = '';
  for await (const chunk of reader.setEncoding('utf8')) {
    const parts = `${tail}${String(chunk)}`.split(/"processed_at":"(1970[^"]+)"/);
    tail = parts.at(-1)?.slice(-100) ?? '';
    times.push(...parts.filter((_, at) => at % 2 === 1).map((time) => Date.parse(time)));
    if (times.length >= LINES) break;
  }
  expect(times).toEqual(Array.from({ length: LINES }, (_, n) => n + 1));
}, 60_000);

function opened(store: Store | null): Store {
  if (store === null) throw new Error('the core was not wrapped');
  return store;
}

/** The event has one argument. */
function asOne(args: unknown[]): [IncomingMessage] {
  return args as [IncomingMessage];
}

function asLog(id: string): LogId {
  return id as LogId;
}
