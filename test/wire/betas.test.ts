import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { API_KEY } from './arms.ts';
import { verifies } from './verifies.ts';

let core: Embedded;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  core = await embedCore({ dataDir, apiKey: API_KEY, strictBetas: true });
  const server = Fastify({ forceCloseConnections: true });
  await server.register(core.plugin);
  url = await server.listen({ port: 0, host: '127.0.0.1' });
  close = async () => {
    await server.close();
    await core.close();
    await rm(dataDir, { recursive: true, force: true });
  };
});
afterAll(() => close());

test('a strict server takes what the client sends for each family', async () => {
  verifies('wire.betas');
  for (const client of [core.client, new Anthropic({ apiKey: API_KEY, baseURL: url })]) {
    expect((await client.beta.agents.list()).data).toEqual([]);
    expect((await client.beta.environments.list()).data).toEqual([]);
    expect((await client.beta.sessions.list({ betas: ['something-new-2027-01-01'] })).data).toEqual([]);
    expect((await client.beta.memoryStores.list()).data).toEqual([]);
    expect((await client.beta.files.list()).data).toEqual([]);
    expect((await client.skills.list({ source: 'custom' })).data).toEqual([]);
  }
});

test('a strict server hides a family without its value, and refuses both values of memory at once', async () => {
  verifies('wire.betas', 'memoryStores.create');
  const get = async (path: string, beta?: string) => {
    const headers = { 'x-api-key': API_KEY, ...(beta === undefined ? {} : { 'anthropic-beta': beta }) };
    return (await fetch(`${url}/v1/${path}`, { headers })).status;
  };
  const [managed, memory] = ['managed-agents-2026-04-01', 'agent-memory-2026-07-22'];
  expect(await get('agents')).toBe(404);
  expect(await get('agents', memory)).toBe(404);
  expect(await get('agents', `other-value,${managed}`)).toBe(200);
  expect(await get('memory_stores', memory)).toBe(200);
  expect(await get('memory_stores', managed)).toBe(200);
  expect(await get('memory_stores', `${managed}, ${memory}`)).toBe(400);
  expect(await get('memory_stores')).toBe(404);
  expect(await get('files')).toBe(200);
});
