/** What becomes of work whose worker fell silent, or ended just as more came. Time is moved by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { Model } from '../../src/core/ports/model.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { history, refusal, says } from './arms.ts';
import { type SelfHosted, selfHosted, tokenOf, type Work } from './self-hosted.ts';
import { verifies } from './verifies.ts';

let dataDir: string;
let core: Embedded;
let ahead = 0;
const models: Record<string, Model> = {};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lost-'));
  core = await embedCore({ dataDir, apiKey: 'key', models, clock: { now: () => Date.now() + ahead } });
});
afterAll(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

function model(script: Script): string {
  const id = `scripted-${Object.keys(models).length}`;
  models[id] = scriptedModel(script);
  return id;
}
const ours = () => selfHosted({ client: core.client, model });
const callsBash = [{ blocks: [{ tool: 'bash', input: {} }] }, { blocks: [{ text: 'done' }] }];

async function resting(session: string): Promise<void> {
  await vi.waitUntil(async () => (await core.client.beta.sessions.retrieve(session)).status === 'idle', 5_000);
}

async function taken(own: SelfHosted): Promise<{ item: Work; beat: string }> {
  const queue = own.worker.beta.environments.work;
  const at = { environment_id: own.environment };
  const item = await queue.poll(own.environment);
  if (item === null) throw new Error('there was no work');
  await queue.ack(item.id, at);
  const { last_heartbeat } = await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: 'NO_HEARTBEAT' });
  return { item, beat: last_heartbeat };
}

test('the item of a silent worker is offered to another, and the first one learns that it lost it', async () => {
  verifies('environments.work.heartbeat', 'environments.work.poll');
  const own = await ours();
  const session = await own.session(callsBash);
  await resting(session.id);
  const first = await taken(own);
  const at = { environment_id: own.environment };
  ahead += 89_000;
  expect(await own.worker.beta.environments.work.poll(own.environment)).toBeNull();
  ahead += 1_001;
  const stats = () => core.client.beta.environments.work.stats(own.environment);
  await vi.waitUntil(async () => (await stats()).depth === 1, { timeout: 5_000, interval: 20 });
  const second = await taken(own);
  expect(second.item.id).toBe(first.item.id);
  const old = core.client.withOptions({ apiKey: tokenOf(first.item) });
  for (const worker of [own.worker, old]) {
    const beat = worker.beta.environments.work.heartbeat(first.item.id, { ...at, expected_last_heartbeat: first.beat });
    expect((await refusal(beat)).status).toBe(412);
  }
  await expect(old.beta.sessions.retrieve(session.id)).rejects.toThrow(Anthropic.PermissionDeniedError);
  const stop = old.beta.environments.work.stop(first.item.id, { ...at, force: true });
  expect((await refusal(stop)).status).toBe(409);
  const current = core.client.withOptions({ apiKey: tokenOf(second.item) });
  expect((await current.beta.sessions.retrieve(session.id)).id).toBe(session.id);
});

test('an item that should stop ends with its worker, and open calls get a new one', async () => {
  verifies('environments.work.stop');
  const own = await ours();
  const session = await own.session(callsBash);
  await resting(session.id);
  const { item } = await taken(own);
  const { work } = core.client.beta.environments;
  await work.stop(item.id, { environment_id: own.environment });
  ahead += 90_001;
  expect(await work.retrieve(item.id, { environment_id: own.environment })).toMatchObject({ state: 'stopped' });
  const again = await vi.waitUntil(() => own.worker.beta.environments.work.poll(own.environment), 5_000);
  expect(again?.id).not.toBe(item.id);
  expect(again?.data.id).toBe(session.id);
});

test('a call that came while its worker was leaving is offered again, one that the worker left undone is not', async () => {
  verifies('environments.work.stop', 'environments.work.poll');
  const own = await ours();
  const session = await own.session(callsBash, null);
  await core.client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
  const first = await taken(own);
  const at = { environment_id: own.environment, force: true };
  await core.client.beta.sessions.events.send(session.id, { events: [says('go')] });
  await vi.waitUntil(async () => {
    const log = await history(core.client, session.id);
    return log.some((event) => event.type === 'agent.tool_use');
  }, 5_000);
  await resting(session.id);
  await own.worker.beta.environments.work.stop(first.item.id, at);
  const second = await taken(own);
  expect(second.item.id).not.toBe(first.item.id);
  await own.worker.beta.environments.work.stop(second.item.id, at);
  expect(await own.worker.beta.environments.work.poll(own.environment)).toBeNull();
});

test('workers are counted while they ask, and forgotten when they do not', async () => {
  verifies('environments.work.stats');
  const own = await ours();
  const count = async () => (await core.client.beta.environments.work.stats(own.environment)).workers_polling;
  const poll = (worker: string) =>
    own.worker.beta.environments.work.poll(own.environment, { 'Anthropic-Worker-ID': worker });
  for (const worker of ['a', 'b', 'a']) await poll(worker);
  expect(await count()).toBe(2);
  ahead += 25_000;
  await poll('a');
  ahead += 6_000;
  expect(await count()).toBe(1);
  ahead += 30_000;
  expect(await count()).toBe(0);
});

test('a call asks for a worker when none is left', async () => {
  verifies('environments.work.poll');
  const own = await ours();
  const [call, done] = callsBash;
  await own.session([{ ...call, delayMs: 300 }, { ...done }]);
  const { item } = await taken(own);
  await own.worker.beta.environments.work.stop(item.id, { environment_id: own.environment, force: true });
  expect(await own.worker.beta.environments.work.poll(own.environment)).toBeNull();
  const again = await vi.waitUntil(() => own.worker.beta.environments.work.poll(own.environment), 5_000);
  expect(again?.data).toEqual(item.data);
});
