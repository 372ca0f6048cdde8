import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { embedCore } from '../../src/embed.ts';
import { API_KEY, onBothArms, runUntilIdle, says, type Wire } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, ConflictError, NotFoundError } = Anthropic;
type Dream = Anthropic.Beta.BetaDream;
type Params = Anthropic.Beta.DreamCreateParams;

async function ended(client: Anthropic, { id }: Dream): Promise<Dream> {
  for (;;) {
    const dream = await client.beta.dreams.retrieve(id);
    if (dream.ended_at !== null) return dream;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function contents(client: Anthropic, store: string): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for await (const memory of client.beta.memoryStores.memories.list(store, { view: 'full' })) {
    if (memory.type === 'memory') found[memory.path] = memory.content ?? null;
  }
  return found;
}

async function storeWith(client: Anthropic, memories: Record<string, string>): Promise<string> {
  const { id } = await client.beta.memoryStores.create({ name: 'team' });
  for (const [path, content] of Object.entries(memories)) {
    await client.beta.memoryStores.memories.create(id, { path, content });
  }
  return id;
}

async function sessionThatSaid(wire: Wire, text: string): Promise<string> {
  const { id } = await wire.session([{ blocks: [{ text: 'Noted.' }] }]);
  await runUntilIdle(wire.client, id, [says(text)]);
  return id;
}

function of(store: string, sessions: string[], model: string): Params {
  return {
    inputs: [
      { type: 'memory_store', memory_store_id: store },
      { type: 'sessions', session_ids: sessions },
    ],
    model,
  };
}

/** A model that never answers. */
const silent = () => new Promise<never>(() => undefined);

onBothArms('dreams', (wire) => {
  test('a language model writes a new store; the input is not touched', async () => {
    verifies('dreams.create', 'dreams.retrieve');
    const { client } = wire();
    const store = await storeWith(client, { '/a.md': 'owner: Ana' });
    const session = await sessionThatSaid(wire(), 'Ben owns it now');
    const before = await contents(client, store);
    let prompt = '';
    const model = wire().model((request) => {
      prompt = JSON.stringify(request.messages);
      const memories = [{ path: '/owners.md', content: 'Ben (since 2026; before: Ana)' }];
      return { blocks: [{ tool: 'write_memory_store', input: { memories } }] };
    });
    const made = await client.beta.dreams.create({ ...of(store, [session], model), instructions: 'Keep it short.' });
    expect(made).toEqual({
      id: expect.stringMatching(/^drm_/),
      type: 'dream',
      status: 'pending',
      inputs: of(store, [session], model).inputs,
      outputs: [],
      model: { id: model, speed: 'standard' },
      instructions: 'Keep it short.',
      output_behavior: { type: 'create_new' },
      session_id: null,
      usage: { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
      error: null,
      created_at: expect.any(String),
      ended_at: null,
      archived_at: null,
    });
    const dream = await ended(client, made);
    expect(dream).toMatchObject({ status: 'completed', error: null, outputs: [{ type: 'memory_store' }] });
    expect(dream.usage.output_tokens).toBeGreaterThan(0);
    const output = dream.outputs[0]?.memory_store_id ?? '';
    expect(await contents(client, output)).toEqual({ '/owners.md': 'Ben (since 2026; before: Ana)' });
    expect(await contents(client, store)).toEqual(before);
    expect(prompt).toContain('Ben owns it now');
    expect(prompt).toContain('owner: Ana');
    expect(prompt).toContain('Keep it short.');
  });

  test('a store can be rewritten in place, by one dream at a time', async () => {
    verifies('dreams.create', 'dreams.cancel');
    const { client } = wire();
    const store = await storeWith(client, { '/a.md': 'old', '/b.md': 'stays' });
    const session = await sessionThatSaid(wire(), 'hello');
    const output_behavior = { type: 'update_existing', memory_store_id: store } as const;
    const holder = await client.beta.dreams.create({ ...of(store, [session], wire().model(silent)), output_behavior });
    const began = Date.now();
    const second = client.beta.dreams.create({ ...of(store, [session], wire().model([])), output_behavior });
    await expect(second).rejects.toThrow(ConflictError);
    expect(Date.now() - began).toBeLessThan(400);
    await client.beta.dreams.cancel(holder.id);
    const memories = [
      { path: '/b.md', content: 'stays' },
      { path: '/c.md', content: 'new' },
    ];
    const model = wire().model([{ blocks: [{ tool: 'write_memory_store', input: { memories } }] }]);
    const dream = await ended(
      client,
      await client.beta.dreams.create({ ...of(store, [session], model), output_behavior }),
    );
    expect(dream).toMatchObject({ status: 'completed', outputs: [{ memory_store_id: store }] });
    expect(await contents(client, store)).toEqual({ '/b.md': 'stays', '/c.md': 'new' });
    const versions = await client.beta.memoryStores.memoryVersions.list(store, { operation: 'deleted' });
    expect(versions.data).toMatchObject([{ path: '/a.md', operation: 'deleted' }]);
  });

  test('a dream is canceled at once, and archived when it has ended', async () => {
    verifies('dreams.cancel', 'dreams.archive');
    const { client } = wire();
    const { dreams } = client.beta;
    const store = await storeWith(client, {});
    const session = await sessionThatSaid(wire(), 'hello');
    const running = await dreams.create(of(store, [session], wire().model(silent)));
    const hopeless = await dreams.create(of(store, [session], 'scripted-unknown'));
    await expect(dreams.archive(running.id)).rejects.toThrow(BadRequestError);
    await vi.waitFor(async () => expect(await dreams.retrieve(running.id)).toMatchObject({ status: 'running' }), 5_000);
    expect((await dreams.retrieve(running.id)).outputs).toHaveLength(1);
    const canceled = await dreams.cancel(running.id);
    expect(canceled).toMatchObject({ status: 'canceled', ended_at: expect.any(String) });
    expect(await dreams.cancel(running.id)).toEqual(canceled);
    const archived = await dreams.archive(running.id);
    expect(archived).toEqual({ ...canceled, archived_at: expect.any(String) });
    expect(await dreams.archive(running.id)).toEqual(archived);
    const failed = await ended(client, hopeless);
    expect(failed).toMatchObject({ status: 'failed', error: { type: 'internal_error' } });
    await expect(dreams.cancel(failed.id)).rejects.toThrow(BadRequestError);
    await expect(dreams.cancel('drm_none')).rejects.toThrow(NotFoundError);
  });

  test('what a model writes is checked as any caller’s words', async () => {
    verifies('dreams.retrieve');
    const { client } = wire();
    const store = await storeWith(client, { '/a.md': 'x' });
    const session = await sessionThatSaid(wire(), 'hello');
    const memories = [{ path: '/../etc', content: '' }];
    const bad = [
      { blocks: [{ tool: 'write_memory_store', input: { memories } }] },
      { blocks: [{ text: 'I would rather not.' }] },
    ];
    const made = await Promise.all(
      bad.map((turn) => client.beta.dreams.create(of(store, [session], wire().model([turn])))),
    );
    for (const one of made) {
      const dream = await ended(client, one);
      expect(dream).toMatchObject({ status: 'failed', error: { type: 'internal_error' } });
      expect(await contents(client, dream.outputs[0]?.memory_store_id ?? '')).toEqual({});
    }
  });

  test('a dream has one store and one list of sessions, all of them there', async () => {
    verifies('dreams.create');
    const { client } = wire();
    const store = await storeWith(client, {});
    const session = await sessionThatSaid(wire(), 'hello');
    const [memoryInput, sessionInput] = of(store, [session], 'm').inputs;
    if (memoryInput === undefined || sessionInput === undefined) throw new Error('there are two');
    const other = await storeWith(client, {});
    const archived = await storeWith(client, {});
    await client.beta.memoryStores.archive(archived);
    const refused: Params[] = [
      { inputs: [memoryInput], model: 'm' },
      { inputs: [memoryInput, memoryInput], model: 'm' },
      { inputs: [memoryInput, sessionInput, sessionInput], model: 'm' },
      of(store, [], 'm'),
      of(store, [session, session], 'm'),
      of(store, ['sesn_none'], 'm'),
      of('memstore_none', [session], 'm'),
      of(archived, [session], 'm'),
      of(store, [session], ''),
      { ...of(store, [session], 'm'), model: { id: 'm', speed: 'fast' } },
      { ...of(store, [session], 'm'), instructions: '' },
      { ...of(store, [session], 'm'), output_behavior: { type: 'update_existing', memory_store_id: other } },
    ];
    for (const params of refused) await expect(client.beta.dreams.create(params)).rejects.toThrow(BadRequestError);
  });

  test('dreams are listed newest first, by status and time', async () => {
    verifies('dreams.list');
    const { client } = wire();
    const { dreams } = client.beta;
    const store = await storeWith(client, {});
    const session = await sessionThatSaid(wire(), 'hello');
    const first = await dreams.create(of(store, [session], wire().model(silent)));
    const second = await dreams.create(of(store, [session], wire().model(silent)));
    for (const { id } of [first, second]) await dreams.cancel(id);
    const ids = async (params: Anthropic.Beta.DreamListParams) => {
      const found: string[] = [];
      for await (const { id } of dreams.list(params)) if ([first.id, second.id].includes(id)) found.push(id);
      return found;
    };
    expect(await ids({ limit: 1 })).toEqual([second.id, first.id]);
    expect(await ids({ statuses: ['canceled'] })).toHaveLength(2);
    expect(await ids({ statuses: ['completed', 'pending'] })).toEqual([]);
    expect(await ids({ 'created_at[gt]': second.created_at })).toEqual([]);
    await dreams.archive(second.id);
    expect(await ids({})).toEqual([first.id]);
    expect(await ids({ include_archived: true })).toEqual([second.id, first.id]);
  });
});

test('a model that is no language model has the store put in order by rule, also by the server after the one that died', async () => {
  verifies('dreams.create', 'dreams.retrieve');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  const open = (models: Parameters<typeof embedCore>[0]['models']) =>
    embedCore({ dataDir, apiKey: API_KEY, ...(models === undefined ? {} : { models }) });
  const first = await open({ 'scripted-analyst': scriptedModel([{ blocks: [{ text: 'Done.' }] }]) });
  const agent = await first.client.beta.agents.create({ name: 'a', model: 'scripted-analyst' });
  const environment = await first.client.beta.environments.create({ name: 'e' });
  const session = await first.client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
  await runUntilIdle(first.client, session.id, [says('Remember: owner: Ben')]);
  const store = await storeWith(first.client, { '/team.md': '# Team\nowner: Ana\n' });
  const made = await first.client.beta.dreams.create(of(store, [session.id], 'scripted-analyst'));
  await first.close();
  const second = await open({ 'scripted-analyst': scriptedModel([]) });
  const dream = await ended(second.client, made);
  expect(dream).toMatchObject({ status: 'completed', usage: { output_tokens: 0 } });
  const written = await contents(second.client, dream.outputs[0]?.memory_store_id ?? '');
  expect(Object.keys(written)).toEqual(['/learned.md', '/team.md']);
  expect(written['/team.md']).toContain('owner: Ana');
  expect(written['/team.md']).toContain(session.id);
  expect(written['/learned.md']).toContain(`Remember: owner: Ben → Done. [`);
  expect(await contents(second.client, store)).toEqual({ '/team.md': '# Team\nowner: Ana\n' });
  await second.close();
  await rm(dataDir, { recursive: true });
});
