import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { API_KEY, onBothArms, runUntilIdle, says } from './arms.ts';
import { verifies } from './verifies.ts';
import { type Receiver, webhookReceiver } from './webhook-receiver.ts';

const { BadRequestError, NotFoundError } = Anthropic;
const ENDPOINTS = '/v1/admin/webhook_endpoints';

interface Endpoint {
  id: string;
  status: string;
  disabled_reason: string | null;
  last_failure: { reason: string } | null;
  signing_secret: string;
  event_types: string[];
}

let receiver: Receiver;
beforeAll(async () => {
  receiver = await webhookReceiver();
});
afterEach(() => {
  receiver.received.splice(0);
  receiver.status = 204;
});
afterAll(() => receiver.close());

async function listen(client: Anthropic, more: object = {}): Promise<Endpoint> {
  return await client.post<Endpoint>(ENDPOINTS, { body: { url: receiver.url, ...more } });
}

onBothArms('webhooks', (wire) => {
  test('a delivery verifies with its key; one that was changed, is old or unsigned does not', async () => {
    verifies('webhooks.unwrap', 'webhooks.parseUnverified', 'wire.webhookEndpoints');
    const { client } = wire();
    const endpoint = await listen(client, { event_types: ['vault.created'] });
    const vault = await client.beta.vaults.create({ display_name: 'Production' });
    await client.beta.vaults.archive(vault.id);
    const [first] = await receiver.until(1);
    const { body = '', headers = {} } = first ?? {};
    const { unwrap } = { unwrap: client.beta.webhooks.unwrap.bind(client.beta.webhooks) };
    const key = endpoint.signing_secret;
    const event = unwrap(body, { headers, key });
    expect(event).toEqual({
      id: headers['webhook-id'],
      type: 'event',
      created_at: expect.any(String),
      data: {
        type: 'vault.created',
        id: vault.id,
        organization_id: expect.stringMatching(/^org_/),
        workspace_id: expect.stringMatching(/^wrkspc_/),
      },
    });
    expect(event.id).toMatch(/^whe_/);
    expect(client.beta.webhooks.parseUnverified(body)).toEqual(event);
    expect(() => unwrap(body.replace('vault.created', 'vault.deleted'), { headers, key })).toThrow();
    expect(() => unwrap(body, { headers: { ...headers, 'webhook-signature': '' }, key })).toThrow();
    const old = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 301) };
    expect(() => unwrap(body, { headers: old, key })).toThrow();
    expect(body).not.toContain('Production');
    expect(receiver.received).toHaveLength(1);
    await client.delete(`${ENDPOINTS}/${endpoint.id}`);
  });

  test('the life of a session is told by ids', async () => {
    verifies('webhooks.unwrap');
    const { client } = wire();
    const endpoint = await listen(client);
    const session = await wire().session([{ blocks: [{ text: 'done' }] }]);
    await runUntilIdle(client, session.id, [says('go')]);
    await client.beta.sessions.update(session.id, { title: 'New' });
    await client.beta.sessions.archive(session.id);
    await client.beta.sessions.delete(session.id);
    const told = (await receiver.until(9)).map(({ body }) => client.beta.webhooks.parseUnverified(body).data);
    expect(told.map(({ type }) => type).sort()).toEqual([
      'agent.created',
      'environment.created',
      'session.archived',
      'session.created',
      'session.deleted',
      'session.status_idled',
      'session.status_run_started',
      'session.status_terminated',
      'session.updated',
    ]);
    expect(told.filter(({ type }) => type.startsWith('session.')).every(({ id }) => id === session.id)).toBe(true);
    await client.delete(`${ENDPOINTS}/${endpoint.id}`);
  });

  test('what repeats other types is told to who asks for it by name', async () => {
    verifies('wire.webhookTypes');
    const { client } = wire();
    const event_types = ['session.running', 'session.idled', 'session.requires_action', 'session.pending'];
    const byName = await listen(client, { event_types });
    const custom = {
      type: 'custom' as const,
      name: 'ask',
      description: 'a',
      input_schema: { type: 'object' as const },
    };
    const turns = [{ blocks: [{ tool: 'ask', input: {} }] }, { blocks: [{ text: 'done' }] }];
    const session = await wire().session(turns, { tools: [custom] });
    const { last } = await runUntilIdle(client, session.id, [says('go')]);
    const ids = last.stop_reason.type === 'requires_action' ? last.stop_reason.event_ids : [];
    await runUntilIdle(client, session.id, [{ type: 'user.custom_tool_result', custom_tool_use_id: ids[0] ?? '' }]);
    const told = (await receiver.until(5)).map(({ body }) => client.beta.webhooks.parseUnverified(body));
    expect(told.map(({ data }) => data.type).sort()).toEqual([
      'session.idled',
      'session.idled',
      'session.requires_action',
      'session.running',
      'session.running',
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(5);
    expect(Object.keys(told[0]?.data ?? {}).sort()).toEqual(['id', 'organization_id', 'type', 'workspace_id']);
    expect(told.every(({ data }) => data.id === session.id)).toBe(true);
    await client.delete(`${ENDPOINTS}/${byName.id}`);
  });

  test('endpoints are administered: the secret is shown once, and changed without a gap', async () => {
    verifies('wire.webhookEndpoints');
    const { client } = wire();
    const endpoint = await listen(client, { event_types: ['vault.created'] });
    expect(endpoint).toMatchObject({ status: 'enabled', event_types: ['vault.created'] });
    const path = `${ENDPOINTS}/${endpoint.id}`;
    expect(await client.get(path)).not.toHaveProperty('signing_secret');
    const { data } = await client.get<{ data: Endpoint[] }>(ENDPOINTS);
    expect(data.map(({ id }) => id)).toEqual([endpoint.id]);
    const rotated = await client.post<Endpoint>(`${path}/rotate_secret`);
    await client.beta.vaults.create({ display_name: 'v' });
    const [delivery] = await receiver.until(1);
    const { body = '', headers = {} } = delivery ?? {};
    for (const key of [endpoint.signing_secret, rotated.signing_secret]) {
      expect(client.beta.webhooks.unwrap(body, { headers, key })).toMatchObject({ data: { type: 'vault.created' } });
    }
    expect(await client.post(path, { body: { status: 'disabled' } })).toMatchObject({ disabled_reason: 'manual' });
    await client.beta.vaults.create({ display_name: 'unheard' });
    await client.delete(path);
    await expect(client.get(path)).rejects.toThrow(NotFoundError);
    for (const url of ['http://hooks.example.com/', 'https://hooks.example.com:8443/', 'https://me:x@example.com/']) {
      await expect(client.post(ENDPOINTS, { body: { url } }), url).rejects.toThrow(BadRequestError);
    }
    const unknown = { url: receiver.url, event_types: ['vault.opened'] };
    await expect(client.post(ENDPOINTS, { body: unknown })).rejects.toThrow(BadRequestError);
    expect(receiver.received).toHaveLength(1);
  });
});

/** A core whose clock can be set forward, on data that outlives it. */
async function timedCore(dataDir: string, privateHosts = ['127.0.0.1']) {
  const time = { ahead: 0 };
  const clock = { now: () => Date.now() + time.ahead };
  return { time, core: await embedCore({ dataDir, apiKey: API_KEY, clock, privateHosts }) };
}

/** Lets time pass until this many deliveries came. */
async function later(time: { ahead: number }, count: number): Promise<void> {
  await eventually(async () => {
    time.ahead += 10_000;
    return receiver.received.length >= count;
  });
}

async function eventually(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 50));
}

test('a delivery that fails is tried three times with one id, each signed anew, also by the next server', async () => {
  verifies('webhooks.unwrap');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  receiver.status = 500;
  let { core, time } = await timedCore(dataDir);
  const endpoint = await listen(core.client, { event_types: ['vault.created'] });
  await core.client.beta.vaults.create({ display_name: 'v' });
  await receiver.until(1);
  await core.close();
  ({ core, time } = await timedCore(dataDir));
  expect(receiver.received).toHaveLength(1);
  await later(time, 3);
  const headers = receiver.received.map((one) => one.headers);
  expect(new Set(headers.map((one) => one['webhook-id'])).size).toBe(1);
  expect(new Set(headers.map((one) => one['webhook-signature'])).size).toBe(3);
  const read = () => core.client.get<Endpoint>(`${ENDPOINTS}/${endpoint.id}`);
  await eventually(async () => (await read()).last_failure !== null);
  expect(await read()).toMatchObject({ status: 'enabled', last_failure: { reason: 'status 500' } });
  await core.close();
  expect(await readFile(join(dataDir, 'core.db'), 'latin1')).not.toContain(endpoint.signing_secret);
  await rm(dataDir, { recursive: true });
});

test('a redirect, and an address that is not public, switch the endpoint off at once', async () => {
  verifies('wire.webhookEndpoints');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  let { core } = await timedCore(dataDir);
  const off = async (from: Embedded, id: string) => {
    const read = () => from.client.get<Endpoint>(`${ENDPOINTS}/${id}`);
    await eventually(async () => (await read()).status === 'disabled');
    return (await read()).disabled_reason;
  };
  receiver.status = 302;
  const endpoint = await listen(core.client, { event_types: ['vault.created'] });
  await core.client.beta.vaults.create({ display_name: 'v' });
  expect(await off(core, endpoint.id)).toBe('redirect');
  expect(receiver.received).toHaveLength(1);
  const second = await listen(core.client, { event_types: ['vault.created'] });
  await core.close();
  ({ core } = await timedCore(dataDir, []));
  await core.client.beta.vaults.create({ display_name: 'v' });
  expect(await off(core, second.id)).toBe('address_not_public');
  expect(receiver.received).toHaveLength(1);
  await core.close();
  await rm(dataDir, { recursive: true });
});

test('an endpoint that never answers well is switched off in the end, and can be switched on again', async () => {
  verifies('wire.webhookEndpoints');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const { core, time } = await timedCore(dataDir);
  receiver.status = 503;
  const endpoint = await listen(core.client, { event_types: ['vault.created'] });
  for (let made = 0; made < 20; made++) await core.client.beta.vaults.create({ display_name: 'v' });
  await later(time, 60);
  const read = () => core.client.get<Endpoint>(`${ENDPOINTS}/${endpoint.id}`);
  await eventually(async () => (await read()).status === 'disabled');
  expect(await read()).toMatchObject({ disabled_reason: 'failures', last_failure: { reason: 'status 503' } });
  const on = await core.client.post(`${ENDPOINTS}/${endpoint.id}`, { body: { status: 'enabled' } });
  expect(on).toMatchObject({ status: 'enabled', disabled_reason: null });
  await core.close();
  await rm(dataDir, { recursive: true });
});
