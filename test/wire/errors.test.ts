import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { StoreUnavailable } from '../../src/core/ports/store.ts';
import { embedCore } from '../../src/embed.ts';
import { API_KEY, onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

const { AuthenticationError, BadRequestError, NotFoundError } = Anthropic;

onBothArms('errors', (wire) => {
  test('the SDK throws its typed errors, with the request id', async () => {
    verifies('wire.errors', 'wire.authentication');
    const { client } = wire();
    const missing = await client.beta.sessions.retrieve('sesn_none').catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(NotFoundError);
    expect(missing).toMatchObject({ status: 404, type: 'not_found_error', requestID: expect.stringMatching(/^req_/) });
    await expect(client.withOptions({ apiKey: 'wrong' }).beta.agents.list()).rejects.toThrow(AuthenticationError);
    await expect(client.beta.agents.create({ name: '', model: 'm' })).rejects.toThrow(BadRequestError);
    await expect(client.get('/v1/no/such/path')).rejects.toThrow(NotFoundError);
    await expect(client.beta.agents.list({ limit: 0 })).rejects.toThrow('limit');
    await expect(client.beta.agents.list({ page: 'page_x' })).rejects.toThrow('page');
  });

  test('an address that no router reads is refused like any other', async () => {
    verifies('wire.errors');
    for (const id of ['%E0%A4%A', 'a'.repeat(5_000)]) {
      const refused = await wire()
        .client.get(`/v1/agents/${id}`)
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(BadRequestError);
      expect(refused).toMatchObject({ type: 'invalid_request_error', requestID: expect.stringMatching(/^req_/) });
      expect(String(refused).length).toBeLessThan(700);
    }
  });

  test('a key is taken from either header, and every reply names its request', async () => {
    verifies('wire.authentication', 'wire.errors');
    const { url } = wire();
    for (const headers of [{ authorization: `Bearer ${API_KEY}` }, { 'x-api-key': API_KEY }]) {
      const reply = await fetch(`${url}/v1/agents?beta=true`, { headers });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('request-id')).toMatch(/^req_/);
      expect(reply.headers.get('content-type')).toContain('application/json');
    }
    for (const headers of [{}, { authorization: 'Bearer ' }, { 'x-api-key': `${API_KEY}x` }]) {
      const reply = await fetch(`${url}/v1/anything`, { headers });
      expect(reply.status).toBe(401);
      expect(await reply.json()).toMatchObject({
        type: 'error',
        error: { type: 'authentication_error' },
        request_id: reply.headers.get('request-id'),
      });
    }
  });

  test('broken, deep, hostile and oversized bodies are refused and the server stays up', async () => {
    verifies('wire.bodies');
    const { url, client } = wire();
    const post = async (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) => {
      const reply = await fetch(`${url}/v1/agents`, {
        method: 'POST',
        body,
        headers: { 'x-api-key': API_KEY, 'content-type': 'application/json', ...headers },
      });
      return { status: reply.status, type: JSON.parse(await reply.text()).error.type };
    };
    const refused = { status: 400, type: 'invalid_request_error' };
    expect(await post('{"name":')).toEqual(refused);
    expect(await post('null')).toEqual(refused);
    expect(await post('')).toEqual(refused);
    expect(await post(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toEqual(refused);
    expect(await post('{"__proto__":{"name":"x"}}')).toEqual(refused);
    expect(await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toEqual(refused);
    expect(await post('{}', { 'content-type': 'application/json; charset=utf-16' })).toEqual(refused);
    expect(await post(Buffer.alloc(33 * 1024 * 1024, 0x20))).toEqual({ status: 413, type: 'request_too_large' });
    const multipart = await fetch(`${url}/v1/files`, { method: 'POST', headers: { 'x-api-key': API_KEY }, body: '{}' });
    expect(multipart.status).toBe(400);
    expect((await client.beta.agents.list()).data).toEqual([]);
  });

  test('what this server does not offer is said so at once, and not tried again', async () => {
    verifies('messages.create', 'messages.countTokens', 'wire.errors');
    const { client } = wire();
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const attempts = [
      () => client.messages.create({ model: 'm', max_tokens: 1, messages }),
      () => client.messages.countTokens({ model: 'm', messages }),
    ];
    for (const attempt of attempts) {
      const began = Date.now();
      await expect(attempt()).rejects.toMatchObject({ status: 501, type: 'api_error' });
      expect(Date.now() - began).toBeLessThan(400);
    }
  });

  test('a POST needs neither body nor content type', async () => {
    verifies('wire.bodies', 'agents.archive');
    const { url, client } = wire();
    const agent = await client.beta.agents.create({ name: 'bare', model: 'm' });
    const bare = { method: 'POST', headers: { 'x-api-key': API_KEY } };
    expect((await fetch(`${url}/v1/agents/${agent.id}`, bare)).status).toBe(200);
    const empty = { ...bare, body: '', headers: { ...bare.headers, 'content-type': 'application/json' } };
    expect((await fetch(`${url}/v1/agents/${agent.id}/archive`, empty)).status).toBe(200);
  });

  test('a file upload that is cut off leaves nothing', async () => {
    verifies('files.upload');
    const { url, client } = wire();
    const boundary = 'xx';
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf of it`;
    const reply = await fetch(`${url}/v1/files`, {
      method: 'POST',
      body,
      headers: { 'x-api-key': API_KEY, 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
    expect(reply.status).toBe(400);
    expect((await client.beta.files.list()).data).toEqual([]);
  });
});

test('while the store cannot write, a request is answered 503 with when to come back', async () => {
  verifies('wire.errors');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const core = await embedCore({
    dataDir,
    apiKey: API_KEY,
    wrap: (ports) => ({
      ...ports,
      store: { ...ports.store, commit: () => Promise.reject(new StoreUnavailable('disk full')) },
    }),
  });
  const server = Fastify();
  await server.register(core.plugin, { prefix: '/v1' });
  const reply = await server.inject({
    method: 'POST',
    url: '/v1/agents',
    headers: { 'x-api-key': API_KEY },
    payload: { name: 'a', model: 'm' },
  });
  expect(reply.statusCode).toBe(503);
  expect(reply.headers['retry-after']).toBe('2');
  expect(reply.json()).toMatchObject({ error: { type: 'api_error' } });
  await server.close();
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

test('a server closes although a stream is open, and the reader sees the end', async () => {
  verifies('sessions.events.stream');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const core = await embedCore({ dataDir, apiKey: API_KEY, models: { scripted: scriptedModel([]) } });
  const server = Fastify();
  await server.register(core.plugin);
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const agent = await core.client.beta.agents.create({ name: 'a', model: 'scripted' });
  const environment = await core.client.beta.environments.create({ name: 'e' });
  const session = await core.client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  const client = new Anthropic({ apiKey: API_KEY, baseURL: url });
  const stream = await client.beta.sessions.events.stream(session.id);
  await Promise.all([
    server.close(),
    (async () => {
      for await (const event of stream) throw new Error(`unexpected ${event.type}`);
    })(),
  ]);
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});
