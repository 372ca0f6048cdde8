import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { history, onAllArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;

onAllArms('sessions', (wire) => {
  test('overrides replace, clear or inherit, and name the base agent', async () => {
    verifies('sessions.create');
    const { client } = wire();
    const agent = await client.beta.agents.create({
      name: 'base',
      model: { id: 'scripted', effort: 'low', inference_geo: 'us' },
      system: 'be kind',
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    const environment = await client.beta.environments.create({ name: 'overrides' });
    const make = (overrides: object) =>
      client.beta.sessions.create({
        agent: { type: 'agent_with_overrides', id: agent.id, ...overrides },
        environment_id: environment.id,
      });
    const session = await make({ model: { id: 'scripted' }, system: null, tools: [] });
    expect(session.agent).toMatchObject({
      id: agent.id,
      version: 1,
      name: 'base',
      system: null,
      tools: [],
      model: { id: 'scripted', effort: { type: 'high' }, speed: 'standard' },
    });
    expect(session.agent.model).not.toHaveProperty('inference_geo');
    expect((await make({})).agent).toMatchObject({ system: 'be kind', model: { effort: { type: 'low' } } });
    await expect(make({ model: null })).rejects.toThrow('agent_model_required');
    await expect(make({ version: 7 })).rejects.toThrow(NotFoundError);
  });

  test('a bad request makes nothing at all', async () => {
    verifies('sessions.create');
    const { client } = wire();
    const agent = await client.beta.agents.create({ name: 'whole', model: 'scripted' });
    const environment = await client.beta.environments.create({ name: 'whole' });
    const file = await client.beta.files.upload({ file: await toFile(Buffer.from('x'), 'x') });
    const base = { agent: agent.id, environment_id: environment.id };
    const twice = { type: 'file' as const, file_id: file.id, mount_path: '/a' };
    const bad: Partial<Anthropic.Beta.Sessions.SessionCreateParams>[] = [
      { resources: [twice, twice] },
      { resources: [{ type: 'file', file_id: 'file_none' }] },
      { initial_events: [says('ok'), { type: 'user.message', content: [] }] },
      {
        initial_events: [
          { type: 'user.message', content: [{ type: 'image', source: { type: 'file', file_id: 'file_x' } }] },
        ],
      },
      { vault_ids: ['vlt_none'] },
      { resources: [{ type: 'memory_store', memory_store_id: 'memstore_1' }] },
      { budget: { type: 'limit', max_list_cost: { amount: '100', currency: 'USD' } } },
      { budget: { type: 'limit', max_list_cost: { amount: '0', currency: 'USD' } } },
      { budget: { type: 'limit', max_list_cost: { amount: '1.5', currency: 'USD' } } },
      { title: 'x'.repeat(501) },
    ];
    for (const more of bad) {
      await expect(client.beta.sessions.create({ ...base, ...more })).rejects.toThrow(BadRequestError);
    }
    await expect(client.beta.sessions.create({ ...base, environment_id: 'env_none' })).rejects.toThrow(NotFoundError);
    await expect(client.beta.sessions.create({ ...base, agent: 'agent_none' })).rejects.toThrow(NotFoundError);
    expect((await client.beta.sessions.list({ agent_id: agent.id })).data).toEqual([]);
  });

  test('an update emits one event with what changed, and none when nothing did', async () => {
    verifies('sessions.update');
    const { client } = wire();
    const session = await wire().session([]);
    const updated = await client.beta.sessions.update(session.id, { title: 'new', metadata: { a: '1' } });
    expect(updated).toMatchObject({ title: 'new', metadata: { a: '1' } });
    await client.beta.sessions.update(session.id, { title: 'new', metadata: { b: null } });
    const tools: Anthropic.Beta.Agents.AgentCreateParams['tools'] = [{ type: 'agent_toolset_20260401' }];
    await client.beta.sessions.update(session.id, { agent: { tools } });
    const events = await history(client, session.id);
    expect(events.map((event) => event.type)).toEqual(['session.updated', 'session.updated']);
    expect(Object.keys(events[0] ?? {}).sort()).toEqual(['id', 'metadata', 'processed_at', 'title', 'type']);
    expect(events[1]).toMatchObject({ agent: { id: session.agent.id, tools: [{ type: 'agent_toolset_20260401' }] } });
    expect((await client.beta.sessions.update(session.id, { metadata: { a: null } })).metadata).toEqual({});
    const [cleared] = (await history(client, session.id)).slice(2);
    expect(Object.keys(cleared ?? {}).sort()).toEqual(['id', 'processed_at', 'type']);
    await expect(client.beta.sessions.update(session.id, { vault_ids: ['vlt_1'] })).rejects.toThrow('vault_ids');
  });

  test('lists go both ways, filter, and bind their cursors to order and filters', async () => {
    verifies('sessions.list');
    const { client } = wire();
    const first = await wire().session([]);
    const base = { agent: first.agent.id, environment_id: first.environment_id };
    const made = [first.id];
    for (let i = 0; i < 4; i++) made.push((await client.beta.sessions.create(base)).id);
    const query = { agent_id: first.agent.id, limit: 2 };
    const one = await client.beta.sessions.list(query);
    expect(one.prev_page).toBeNull();
    const two = await client.beta.sessions.list({ ...query, page: one.next_page ?? '' });
    const back = await client.beta.sessions.list({ ...query, page: two.prev_page ?? '' });
    const ids = (page: { data: { id: string }[] }) => page.data.map((session) => session.id);
    expect([...ids(one), ...ids(two)]).toEqual(made.slice(1).reverse());
    expect(ids(back)).toEqual(ids(one));
    expect(back.prev_page).toBeNull();
    expect(ids(await client.beta.sessions.list({ ...query, order: 'asc' }))).toEqual(made.slice(0, 2));
    await expect(client.beta.sessions.list({ ...query, order: 'asc', page: one.next_page ?? '' })).rejects.toThrow(
      BadRequestError,
    );
    expect(ids(await client.beta.sessions.list({ ...query, statuses: ['running', 'terminated'] }))).toEqual([]);
    expect(ids(await client.beta.sessions.list({ ...query, statuses: ['running', 'idle'] }))).toHaveLength(2);
    expect(ids(await client.beta.sessions.list({ ...query, 'created_at[gt]': new Date().toISOString() }))).toEqual([]);
    expect(ids(await client.beta.sessions.list({ agent_id: 'agent_none' }))).toEqual([]);
    await expect(client.beta.sessions.list({ agent_version: 1 })).rejects.toThrow('agent_id');
  });

  test('an archived session can be read, not written, and leaves the lists', async () => {
    verifies('sessions.archive');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'hi' }] }]);
    await runUntilIdle(client, session.id, [says('hi')]);
    const stream = await client.beta.sessions.events.stream(session.id);
    const archived = await client.beta.sessions.archive(session.id);
    expect(archived).toMatchObject({ status: 'terminated', archived_at: expect.any(String) });
    const rest = [];
    for await (const event of stream) rest.push(event.type);
    expect(rest).toEqual(['session.status_terminated']);
    expect(await history(client, session.id)).toHaveLength(10);
    await expect(client.beta.sessions.events.send(session.id, { events: [says('x')] })).rejects.toThrow('archived');
    await expect(client.beta.sessions.update(session.id, { title: 'x' })).rejects.toThrow('archived');
    const listed = await client.beta.sessions.list({ agent_id: session.agent.id });
    expect(listed.data).toEqual([]);
    const late = await client.beta.sessions.events.stream(session.id);
    for await (const event of late) throw new Error(`unexpected ${event.type}`);
    expect((await client.beta.sessions.archive(session.id)).archived_at).toBe(archived.archived_at);
  });

  test('a running session is neither archived nor deleted; once it rests, deleting leaves nothing', async () => {
    verifies('sessions.archive', 'sessions.delete');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'slow' }], delayMs: 60_000 }]);
    const stream = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [says('begin')] });
    await until(stream, 'span.model_request_start');
    await expect(client.beta.sessions.archive(session.id)).rejects.toThrow(BadRequestError);
    await expect(client.beta.sessions.delete(session.id)).rejects.toThrow('running');
    await expect(client.beta.sessions.update(session.id, { agent: { tools: [] } })).rejects.toThrow('running');
    await runUntilIdle(client, session.id, [{ type: 'user.interrupt' }]);
    const open = await client.beta.sessions.events.stream(session.id);
    expect(await client.beta.sessions.delete(session.id)).toEqual({ id: session.id, type: 'session_deleted' });
    const rest = [];
    for await (const event of open) rest.push(event.type);
    expect(rest).toEqual(['session.deleted']);
    await expect(client.beta.sessions.retrieve(session.id)).rejects.toThrow(NotFoundError);
    await expect(client.beta.sessions.events.list(session.id)).rejects.toThrow(NotFoundError);
    await expect(client.beta.sessions.events.stream(session.id)).rejects.toThrow(NotFoundError);
  });

  test('resources are added, listed in order, read and removed; the upload stays', async () => {
    verifies(
      'sessions.resources.add',
      'sessions.resources.list',
      'sessions.resources.retrieve',
      'sessions.resources.delete',
    );
    const { client } = wire();
    const session = await wire().session([]);
    const file = await client.beta.files.upload({ file: await toFile(Buffer.from('x'), 'x.txt') });
    const one = await client.beta.sessions.resources.add(session.id, { type: 'file', file_id: file.id });
    expect(one.file_id).not.toBe(file.id);
    expect(one.mount_path).toBe(`/mnt/session/uploads/${file.id}`);
    const two = await client.beta.sessions.resources.add(session.id, {
      type: 'file',
      file_id: file.id,
      mount_path: '/logs/x.txt',
    });
    expect((await client.beta.sessions.resources.list(session.id)).data).toEqual([one, two]);
    expect(await client.beta.sessions.resources.retrieve(two.id, { session_id: session.id })).toEqual(two);
    await expect(
      client.beta.sessions.resources.add(session.id, { type: 'file', file_id: file.id, mount_path: 'logs' }),
    ).rejects.toThrow('in the way');
    expect(await client.beta.sessions.resources.delete(two.id, { session_id: session.id })).toEqual({
      id: two.id,
      type: 'session_resource_deleted',
    });
    expect((await client.beta.sessions.retrieve(session.id)).resources).toEqual([one]);
    await expect(client.beta.files.retrieveMetadata(two.file_id)).rejects.toThrow(NotFoundError);
    expect(await (await client.beta.files.download(file.id)).text()).toBe('x');
  });

  test('the primary thread has the events of its session, live and listed, and ends only with it', async () => {
    verifies(
      'sessions.threads.archive',
      'sessions.threads.events.list',
      'sessions.threads.events.stream',
      'sessions.threads.retrieve',
    );
    const { client } = wire();
    const { threads, events } = client.beta.sessions;
    const session = await wire().session([{ blocks: [{ text: 'one two three' }], chunkDelayMs: 5 }]);
    const place = { session_id: session.id };
    const thread = (await threads.list(session.id)).data[0]?.id ?? '';
    const stream = await threads.events.stream(thread, { ...place, event_deltas: ['agent.message'] });
    await events.send(session.id, { events: [says('hi')] });
    const { all } = await until(stream, 'session.status_idle');
    expect(all.map((event) => event.type)).toEqual(expect.arrayContaining(['event_delta', 'agent.message']));
    const listed = [];
    for await (const event of threads.events.list(thread, { ...place, limit: 3 })) listed.push(event);
    expect(listed).toEqual(await history(client, session.id));
    await expect(threads.archive(thread, place)).rejects.toThrow(BadRequestError);
    const unknown = [
      threads.archive('sthr_none', place),
      threads.events.list('sthr_none', place),
      threads.events.stream('sthr_none', place),
    ];
    await Promise.all(unknown.map((attempt) => expect(attempt).rejects.toThrow(NotFoundError)));
  });

  test('only a repository has a token to change', async () => {
    verifies('sessions.resources.update');
    const { client } = wire();
    const session = await wire().session([]);
    const { id: file_id } = await client.beta.files.upload({ file: await toFile(Buffer.from('x'), 'x') });
    const { id } = await client.beta.sessions.resources.add(session.id, { type: 'file', file_id });
    const change = { session_id: session.id, authorization_token: 'secret-token' };
    await expect(client.beta.sessions.resources.update(id, change)).rejects.toThrow('github_repository');
    await expect(client.beta.sessions.resources.update('sesrsc_none', change)).rejects.toThrow(NotFoundError);
  });

  test('the primary thread is listed and read', async () => {
    verifies('sessions.threads.list', 'sessions.threads.retrieve');
    const { client } = wire();
    const session = await wire().session([]);
    const threads = await client.beta.sessions.threads.list(session.id);
    expect(threads.data).toMatchObject([
      { parent_thread_id: null, session_id: session.id, status: 'idle', stats: null },
    ]);
    const id = threads.data[0]?.id ?? '';
    expect(await client.beta.sessions.threads.retrieve(id, { session_id: session.id })).toEqual(threads.data[0]);
    expect((await client.beta.sessions.threads.list(session.id, { statuses: ['running'] })).data).toEqual([]);
  });
});
