import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { embedCore } from '../../src/embed.ts';
import { history, onBothArms, refusal, runUntilIdle, says } from './arms.ts';
import { verifies } from './verifies.ts';
import { webhookReceiver } from './webhook-receiver.ts';

const { AuthenticationError, NotFoundError, PermissionDeniedError } = Anthropic;

interface Key {
  id: string;
  key: string | null;
  workspace_id: string;
  scope: string;
}

const page = '---\nname: leak\ndescription: Finds leaks.\n---\nLook.\n';

onBothArms('workspaces', (wire) => {
  const admin = (path: string, body: object = {}) => wire().client.post<Key>(`/v1/admin/${path}`, { body });
  const holding = (made: Key) => wire().client.withOptions({ apiKey: made.key ?? '' });
  const elsewhere = async () => {
    const { id } = await admin('workspaces', { name: 'others' });
    return { id, client: holding(await admin('api_keys', { workspace_id: id, scope: 'admin' })) };
  };

  /** One of each noun, made by this caller. */
  async function belongings(client: Anthropic) {
    const environment = await client.beta.environments.create({ name: 'shared name' });
    const file = await client.beta.files.upload({ file: new File(['same bytes'], 'a.txt') });
    const skill = await client.skills.create({ files: [new File([page], 'leak/SKILL.md')] });
    const vault = await client.beta.vaults.create({ display_name: 'v' });
    const store = await client.beta.memoryStores.create({ name: 'm' });
    const memory = await client.beta.memoryStores.memories.create(store.id, { path: '/a', content: 'x' });
    const agent = await client.beta.agents.create({
      name: 'a',
      model: wire().model([{ blocks: [{ text: 'hello' }] }]),
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    const session = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
    return { environment, file, skill, vault, store, memory, agent, session };
  }

  test('what belongs to one workspace is not there for another', async () => {
    verifies('wire.workspaces');
    const others = await elsewhere();
    const theirs = await belongings(others.client);
    const { client } = wire();
    const { beta } = client;
    const { environment, file, skill, vault, store, memory, agent, session } = theirs;
    const absent = [
      () => beta.environments.retrieve(environment.id),
      () => beta.environments.update(environment.id, { name: 'x' }),
      () => beta.environments.delete(environment.id),
      () => beta.files.retrieveMetadata(file.id),
      () => beta.files.download(file.id),
      () => beta.files.delete(file.id),
      () => client.skills.retrieve(skill.id),
      () => client.skills.versions.retrieve('latest', { skill_id: skill.id }),
      () => beta.vaults.retrieve(vault.id),
      () => beta.vaults.archive(vault.id),
      () => beta.memoryStores.retrieve(store.id),
      () => beta.memoryStores.memories.retrieve(memory.id, { memory_store_id: store.id }),
      () => beta.memoryStores.memoryVersions.retrieve(memory.memory_version_id, { memory_store_id: store.id }),
      () => beta.agents.retrieve(agent.id),
      () => beta.agents.retrieve(agent.id, { version: 1 }),
      () => beta.agents.archive(agent.id),
      () => beta.sessions.retrieve(session.id),
      () => beta.sessions.events.list(session.id),
      () => beta.sessions.events.stream(session.id),
      () => beta.sessions.events.send(session.id, { events: [says('hello')] }),
      () => beta.sessions.archive(session.id),
      () => beta.sessions.delete(session.id),
    ];
    for (const attempt of absent) expect((await refusal(attempt())).status, String(attempt)).toBe(404);
    const ours = await belongings(client);
    const create = { agent: ours.agent.id, environment_id: ours.environment.id };
    const named = [
      () => beta.sessions.create({ ...create, agent: agent.id }),
      () => beta.sessions.create({ ...create, environment_id: environment.id }),
      () => beta.sessions.create({ ...create, vault_ids: [vault.id] }),
      () => beta.sessions.create({ ...create, resources: [{ type: 'file', file_id: file.id }] }),
      () => beta.sessions.create({ ...create, resources: [{ type: 'memory_store', memory_store_id: store.id }] }),
      () => beta.agents.update(ours.agent.id, { version: 1, skills: [{ type: 'custom', skill_id: skill.id }] }),
      () =>
        beta.sessions.events.send(ours.session.id, {
          events: [
            { type: 'user.message', content: [{ type: 'document', source: { type: 'file', file_id: file.id } }] },
          ],
        }),
    ];
    for (const attempt of named) expect([400, 404], String(attempt)).toContain((await refusal(attempt())).status);
    for (const list of [beta.agents.list(), beta.sessions.list(), beta.files.list(), beta.vaults.list()]) {
      const ids = (await list).data.map((one: { id: string }) => one.id);
      expect(ids).not.toContain(agent.id);
      expect(ids.filter((id) => [session.id, file.id, vault.id].includes(id))).toEqual([]);
    }
    await beta.sessions.delete(ours.session.id);
    await beta.files.delete(ours.file.id);
    await client.skills.delete(ours.skill.id);
    expect(await (await others.client.beta.files.download(file.id)).text()).toBe('same bytes');
    expect((await others.client.beta.skills.versions.download('latest', { skill_id: skill.id })).status).toBe(200);
    await beta.environments.delete(ours.environment.id);
  });

  test('sessions of another workspace run as those of the first', async () => {
    verifies('wire.workspaces');
    const others = await elsewhere();
    const { session } = await belongings(others.client);
    const { last } = await runUntilIdle(others.client, session.id, [says('hi')]);
    expect(last.stop_reason.type).toBe('end_turn');
    expect(JSON.stringify(await history(others.client, session.id))).toContain('hello');
    const { _workspace_id } = await others.client.beta.sessions.retrieve(session.id);
    expect(_workspace_id).toBe(others.id);
  });

  test('an archived workspace lets nobody in from the next request on, and keeps what it holds', async () => {
    verifies('wire.workspaces', 'wire.apiKeys');
    const { client } = wire();
    const others = await elsewhere();
    const config = { type: 'self_hosted' as const };
    const environment = await others.client.beta.environments.create({ name: 'own hands', config });
    const made = await others.client.post<Key>(`/v1/admin/environments/${environment.id}/keys`, { body: {} });
    const path = `workspaces/${others.id}/archive`;
    const archived = await client.post<{ archived_at: string }>(`/v1/admin/${path}`);
    expect(archived).toMatchObject({ id: others.id, name: 'others', archived_at: expect.any(String) });
    await expect(others.client.beta.agents.list()).rejects.toThrow(AuthenticationError);
    const worker = client.withOptions({ apiKey: made.key ?? '' });
    await expect(worker.beta.environments.work.poll(environment.id)).rejects.toThrow(AuthenticationError);
    await expect(admin('api_keys', { workspace_id: others.id })).rejects.toThrow(NotFoundError);
    expect(await admin(path)).toEqual(archived);
    await expect(admin('workspaces/wrkspc_none/archive')).rejects.toThrow(NotFoundError);
    type Page = { data: { id: string }[] };
    const listed = async (query: string) => (await client.get<Page>(`/v1/admin/workspaces?${query}`)).data;
    expect((await listed('')).map(({ id }) => id)).not.toContain(others.id);
    expect(await listed('include_archived=true')).toContainEqual(archived);
    const keys = await client.get<Page>(`/v1/admin/api_keys?workspace_id=${others.id}`);
    expect(keys.data).toHaveLength(1);
    expect((await client.beta.agents.list()).data).toBeInstanceOf(Array);
  });

  test('what the server does by the clock, it does in every workspace', async () => {
    verifies('wire.workspaces', 'wire.webhookEndpoints');
    const receiver = await webhookReceiver();
    const others = await elsewhere();
    const types = ['vault.created'];
    await others.client.post('/v1/admin/webhook_endpoints', { body: { url: receiver.url, event_types: types } });
    await wire().client.beta.vaults.create({ display_name: 'ours' });
    const vault = await others.client.beta.vaults.create({ display_name: 'theirs' });
    const [delivery] = await receiver.until(1);
    const told = wire().client.beta.webhooks.parseUnverified(delivery?.body ?? '');
    expect(told.data).toMatchObject({ id: vault.id, workspace_id: others.id });
    expect(receiver.received).toHaveLength(1);
    await receiver.close();
  });

  test('a key does what its scope says, in its workspace', async () => {
    verifies('wire.apiKeys', 'wire.workspaces');
    const { client } = wire();
    const read = holding(await admin('api_keys', { scope: 'read' }));
    const write = holding(await admin('api_keys', {}));
    const others = await elsewhere();
    expect(Array.isArray((await read.beta.agents.list()).data)).toBe(true);
    const { id } = await write.beta.vaults.create({ display_name: 'made' });
    expect((await read.beta.vaults.retrieve(id)).display_name).toBe('made');
    const refused = [
      () => read.beta.vaults.create({ display_name: 'x' }),
      () => read.beta.vaults.delete(id),
      () => write.post('/v1/admin/api_keys', { body: {} }),
      () => write.get('/v1/admin/api_keys'),
      () => others.client.post('/v1/admin/workspaces', { body: { name: 'x' } }),
      () => client.beta.vaults.retrieve(id, {}, { headers: { 'anthropic-workspace-id': others.id } }),
    ];
    for (const attempt of refused) expect((await refusal(attempt())).status, String(attempt)).toBe(403);
    const own = { headers: { 'anthropic-workspace-id': others.id } };
    expect((await others.client.beta.vaults.list({}, own)).data).toEqual([]);
    const more = await others.client.post<Key>('/v1/admin/api_keys', { body: { name: 'more' } });
    expect(more).toMatchObject({ workspace_id: others.id, scope: 'write' });
    const ours = await admin('api_keys', {});
    for (const attempt of [
      () => others.client.post('/v1/admin/api_keys', { body: { workspace_id: ours.workspace_id } }),
      () => others.client.post(`/v1/admin/api_keys/${ours.id}/revoke`),
      () => others.client.get('/v1/admin/api_keys', { query: { workspace_id: ours.workspace_id } }),
      () => admin('api_keys', { workspace_id: 'wrkspc_none' }),
    ]) {
      await expect(attempt()).rejects.toThrow(NotFoundError);
    }
  });

  test('keys are listed without themselves, rotated, revoked, and end by themselves', async () => {
    verifies('wire.apiKeys');
    const others = await elsewhere();
    const made = await admin('api_keys', { workspace_id: others.id, name: 'ci' });
    const first = holding(made);
    const asked = (client: Anthropic) => client.beta.vaults.list();
    await asked(first);
    const second = holding(await admin(`api_keys/${made.id}/rotate`, { grace_seconds: 60 }));
    await Promise.all([asked(first), asked(second)]);
    const third = holding(await admin(`api_keys/${made.id}/rotate`));
    await expect(asked(first)).rejects.toThrow(AuthenticationError);
    await expect(asked(second)).rejects.toThrow(AuthenticationError);
    await asked(third);
    const keys = await others.client.get<{ data: Key[] }>('/v1/admin/api_keys');
    expect(keys.data.map(({ id, key }) => ({ id, key }))[0]).toEqual({ id: made.id, key: null });
    expect(JSON.stringify(keys)).not.toContain('digest');
    await admin(`api_keys/${made.id}/revoke`);
    await expect(asked(third)).rejects.toThrow(AuthenticationError);
    await expect(admin(`api_keys/${made.id}/rotate`)).rejects.toThrow('revoked');
    const brief = holding(await admin('api_keys', { expires_in_seconds: 1 }));
    await asked(brief);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await expect(asked(brief)).rejects.toThrow(AuthenticationError);
    const known = await admin('api_keys', {});
    for (const wrong of [`${known.key}x`, `${known.key?.slice(0, -1)}_`, known.key?.replace('vk_', 've_'), 'vk_none']) {
      const client = wire().client.withOptions({ apiKey: wrong ?? '' });
      await expect(asked(client)).rejects.toThrow(AuthenticationError);
    }
    await expect(wire().client.beta.agents.list({}, { headers: { authorization: null } })).rejects.toThrow(
      AuthenticationError,
    );
    await expect(others.client.get('/v1/admin/workspaces')).rejects.toThrow(PermissionDeniedError);
    const all = await wire().client.get<{ data: { id: string }[] }>('/v1/admin/workspaces');
    expect(all.data[0]?.id).toBe(others.id);
  });
});

test('deployments of an archived workspace no longer fire by the clock', async () => {
  verifies('wire.workspaces');
  const dataDir = await mkdtemp(join(tmpdir(), 'archived-'));
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const ran: string[] = [];
  const scripted = scriptedModel(({ system }) => {
    ran.push(system);
    return { blocks: [{ text: 'done' }] };
  });
  const { client, close } = await embedCore({ dataDir, apiKey: 'root', clock, models: { scripted } });
  const made = await client.post<Key>('/v1/admin/workspaces', { body: { name: 'others' } });
  const key = await client.post<Key>('/v1/admin/api_keys', { body: { workspace_id: made.id } });
  for (const [system, caller] of [
    ['archived', client.withOptions({ apiKey: key.key ?? '' })],
    ['open', client],
  ] as const) {
    const agent = await caller.beta.agents.create({ name: 'a', model: 'scripted', system });
    const environment = await caller.beta.environments.create({ name: 'e' });
    await caller.beta.deployments.create({
      name: 'd',
      agent: agent.id,
      environment_id: environment.id,
      initial_events: [says('go')],
      schedule: { type: 'cron', expression: '* * * * *', timezone: 'UTC' },
    });
  }
  await client.post(`/v1/admin/workspaces/${made.id}/archive`);
  // Over several of their minutes: a tick that the machine held up for long misses one, and the next is as good.
  await vi.waitUntil(
    () => {
      ahead += 20_000;
      return ran.filter((system) => system === 'open').length >= 3;
    },
    { timeout: 25_000, interval: 600 },
  );
  expect(new Set(ran)).toEqual(new Set(['open']));
  await close();
  await rm(dataDir, { recursive: true });
}, 30_000);

test('keys and tokens are nowhere on disk', async () => {
  verifies('wire.apiKeys', 'wire.environmentKeys');
  const dataDir = await mkdtemp(join(tmpdir(), 'keys-'));
  const { client, close } = await embedCore({ dataDir, apiKey: 'the-key-of-the-server' });
  const { key } = await client.post<Key>('/v1/admin/api_keys', { body: {} });
  const environment = await client.beta.environments.create({ name: 'own', config: { type: 'self_hosted' } });
  const worker = await client.post<Key>(`/v1/admin/environments/${environment.id}/keys`);
  await close();
  const texts = await Promise.all(
    (await readdir(dataDir, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  for (const secret of [key, worker.key, 'the-key-of-the-server']) {
    expect(texts.some((text) => text.includes(secret ?? 'no secret'))).toBe(false);
  }
  expect(texts.some((text) => text.includes('self_hosted'))).toBe(true);
  await rm(dataDir, { recursive: true });
});
