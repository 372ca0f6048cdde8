/** A server that has no file descriptor left: whoever comes new is turned away, what is open goes on, and nothing is lost. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Life, live } from '../kit/mortal-life.ts';

/** A server has some thirty of its own. */
const DESCRIPTORS = 100;
/** Long enough for all who come. */
const COMMANDS = 40;

let life: Life | null = null;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  life?.signal('SIGKILL');
  await life?.ended;
});

/** Resolves when it is connected for good, or turned away. */
function knock(url: URL): Promise<'in' | 'turned away'> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    sockets.push(socket);
    socket.once('error', () => resolve('turned away'));
    socket.once('close', () => resolve('turned away'));
    socket.once('connect', () => void sleep(200).then(() => resolve('in')));
  });
}

test('whoever comes new is turned away, a session in the middle of its work goes on, and later all are let in again', async () => {
  const home = await mkdtemp(join(tmpdir(), 'vigil-descriptors-'));
  const [dataDir, effects] = [join(home, 'data'), join(home, 'effects')];
  await mkdir(dataDir);
  const masterKey = randomBytes(32).toString('base64');
  const order = { name: 'core', dataDir, apiKey: 'mortal', masterKey, database: null, effects };
  life = live(order, { descriptors: DESCRIPTORS });
  const client = await life.client;
  if (client === null) throw new Error(life.stderr());
  const agent = await client.beta.agents.create({
    name: 'marker',
    model: 'scripted-mortal',
    tools: [{ type: 'agent_toolset_20260401' }],
  });
  const environment = await client.beta.environments.create({ name: 'any' });
  const { id } = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  const stream = await client.beta.sessions.events.stream(id);
  const asked = Array.from({ length: COMMANDS }, (_, n) => `mark-${n}`);
  await client.beta.sessions.events.send(id, {
    events: [{ type: 'user.message', content: [{ type: 'text', text: asked.join(' ') }] }],
  });

  const url = new URL(client.baseURL);
  const knocked = await Promise.all(Array.from({ length: 2 * DESCRIPTORS }, () => knock(url)));
  expect(knocked).toContain('in');
  expect(knocked).toContain('turned away');
  const before = (await readFile(effects, 'utf8')).split('\n').length;
  expect(before).toBeLessThan(COMMANDS);
  for await (const event of stream) if (event.type === 'session.status_idle') break;
  const marks = (await readFile(effects, 'utf8')).trim().split('\n');
  expect(marks).toEqual(asked);

  for (const socket of sockets.splice(0)) socket.destroy();
  const later = async () => (await client.beta.sessions.events.list(id)).data;
  for (let tries = 1; (await later().catch(() => null)) === null; tries += 1) {
    if (tries > 50) throw new Error(`it lets nobody in any more: ${life.stderr()}`);
    await sleep(50);
  }
  const results = (await later()).filter((event) => event.type === 'agent.tool_result');
  expect(results.map((event) => event.is_error)).toEqual(asked.map(() => false));
  life.signal('SIGTERM');
  expect(await life.ended).toBe('0');
  await rm(home, { recursive: true, force: true });
});
