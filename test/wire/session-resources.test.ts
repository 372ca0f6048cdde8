import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { history, onBothArms, runUntilIdle, says } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError } = Anthropic;
type ScriptedTurn = Extract<Script, readonly unknown[]>[number];
const tools = [{ type: 'agent_toolset_20260401' as const }];
const bash = (command: string): ScriptedTurn => ({ blocks: [{ tool: 'bash', input: { command } }] });
const done: ScriptedTurn = { blocks: [{ text: 'done' }] };

onBothArms('memory stores in a session', (wire) => {
  const newStore = async (name: string, files: Record<string, string> = {}) => {
    const { memoryStores } = wire().client.beta;
    const store = await memoryStores.create({ name, description: 'what we know' });
    for (const [path, content] of Object.entries(files))
      await memoryStores.memories.create(store.id, { path, content });
    return store.id;
  };
  const contents = async (store: string) => {
    const all = await wire().client.beta.memoryStores.memories.list(store, { view: 'full' });
    return Object.fromEntries(all.data.map((one) => [one.path, one.type === 'memory' ? one.content : null]));
  };
  const results = async (session: string) =>
    (await history(wire().client, session)).flatMap((event) =>
      event.type === 'agent.tool_result' ? [JSON.stringify(event.content)] : [],
    );
  const attach = (memory_store_id: string, more: object = {}) => ({
    type: 'memory_store' as const,
    memory_store_id,
    ...more,
  });

  test('a store is attached by its name, shown without an id, and sessions are found by it', async () => {
    verifies('sessions.create', 'sessions.resources.list', 'sessions.list', 'sessions.retrieve');
    const { client } = wire();
    const [one, two, other] = [await newStore('Team  Notes!'), await newStore('team notes'), await newStore('x')];
    const resources = [attach(one, { instructions: 'Dates first.' }), attach(two, { access: 'read_only' })];
    const session = await wire().session([], {}, { resources });
    const shown = [
      {
        type: 'memory_store',
        memory_store_id: one,
        access: 'read_write',
        name: 'Team  Notes!',
        description: 'what we know',
        instructions: 'Dates first.',
        mount_path: '/mnt/memory/team-notes',
      },
      {
        type: 'memory_store',
        memory_store_id: two,
        access: 'read_only',
        name: 'team notes',
        description: 'what we know',
        instructions: null,
        mount_path: '/mnt/memory/team-notes-2',
      },
    ];
    expect(session.resources).toEqual(shown);
    await client.beta.memoryStores.update(one, { name: 'renamed' });
    expect((await client.beta.sessions.resources.list(session.id)).data).toEqual(shown);
    const found = async (memory_store_id: string) =>
      (await client.beta.sessions.list({ memory_store_id })).data.map((row) => row.id);
    expect(await found(one)).toEqual([session.id]);
    expect(await found(two)).toEqual([session.id]);
    expect(await found(other)).toEqual([]);
    expect(await found('memstore_none')).toEqual([]);
    expect(await found("x' OR 1")).toEqual([]);
  });

  test('nine stores, one twice, and one that is not there are refused', async () => {
    verifies('sessions.create', 'sessions.resources.add');
    const { client } = wire();
    const stores = await Promise.all(Array.from({ length: 9 }, (_, i) => newStore(`many ${i}`)));
    const base = await wire().session([]);
    const create = (resources: Anthropic.Beta.Sessions.SessionCreateParams['resources']) =>
      client.beta.sessions.create({
        agent: base.agent.id,
        environment_id: base.environment_id,
        resources: resources ?? [],
      });
    await expect(create(stores.map((id) => attach(id)))).rejects.toThrow('8');
    const [first = ''] = stores;
    await expect(create([attach(first), attach(first)])).rejects.toThrow('twice');
    await expect(create([attach('memstore_none')])).rejects.toThrow(BadRequestError);
    expect((await create(stores.slice(0, 8).map((id) => attach(id)))).resources).toHaveLength(8);
    const late = attach(first) as unknown as Anthropic.Beta.Sessions.ResourceAddParams;
    await expect(client.beta.sessions.resources.add(base.id, late)).rejects.toThrow('only a file');
  });

  test('the agent is told of its mounts, and each of its writes is a version with the session as author', async () => {
    verifies('sessions.create', 'memoryStores.memoryVersions.list');
    const { client } = wire();
    const store = await newStore('Runbook notes', { '/old.md': 'old', '/gone.md': 'bye' });
    const fixed = await newStore('House rules', { '/rule.md': 'never on Friday' });
    const asked: ModelRequest[] = [];
    const script = [
      bash('cd /mnt/memory; cat runbook-notes/old.md house-rules/rule.md'),
      bash('cd /mnt/memory/runbook-notes; echo new > old.md; mkdir a; echo b > a/b.md; rm gone.md'),
      bash('echo x > /mnt/memory/house-rules/rule.md'),
      done,
    ];
    const play = (request: ModelRequest) => {
      asked.push(structuredClone(request));
      return script[asked.length - 1] ?? done;
    };
    const resources = [attach(store, { instructions: 'Dates first.' }), attach(fixed, { access: 'read_only' })];
    const session = await wire().session(play, { tools }, { resources });
    await runUntilIdle(client, session.id, [says('go')]);
    expect(asked[0]?.system).toContain(
      '- /mnt/memory/runbook-notes (read and write) Runbook notes: what we know\n  Instructions: Dates first.\n' +
        '- /mnt/memory/house-rules (read only) House rules: what we know',
    );
    const [read, , refused] = await results(session.id);
    expect(read).toContain('oldnever on Friday');
    expect(refused).toMatch(/read-only|EROFS/);
    expect(await contents(store)).toEqual({ '/old.md': 'new\n', '/a/b.md': 'b\n' });
    expect(await contents(fixed)).toEqual({ '/rule.md': 'never on Friday' });
    const written = await client.beta.memoryStores.memoryVersions.list(store, { session_id: session.id });
    expect(written.data.map((version) => [version.operation, version.path]).sort()).toEqual([
      ['created', '/a/b.md'],
      ['deleted', '/gone.md'],
      ['modified', '/old.md'],
    ]);
    for (const version of written.data) {
      expect(version.created_by).toEqual({ type: 'session_actor', session_id: session.id });
    }
  });

  test('what somebody else wrote first is not overwritten: the agent hears of it and sees the new text', async () => {
    verifies('memoryStores.memories.update', 'sessions.create');
    const { client } = wire();
    const { memories } = client.beta.memoryStores;
    const store = await newStore('shared', { '/a.md': 'one' });
    const [memory] = (await memories.list(store)).data;
    const id = memory?.type === 'memory' ? memory.id : '';
    const script = [
      bash('cat /mnt/memory/shared/a.md'),
      done,
      bash('echo mine > /mnt/memory/shared/a.md; echo kept > /mnt/memory/shared/b.md'),
      { blocks: [{ tool: 'read', input: { file_path: '/mnt/memory/shared/a.md' } }] },
      bash('echo merged > /mnt/memory/shared/a.md'),
      bash('printf "%102401s" x > /mnt/memory/shared/big.md'),
      done,
    ];
    const session = await wire().session(script, { tools }, { resources: [attach(store)] });
    await runUntilIdle(client, session.id, [says('read')]);
    await memories.update(id, { memory_store_id: store, content: 'theirs' });
    await runUntilIdle(client, session.id, [says('write')]);
    const [, conflict, again, merged, big] = await results(session.id);
    expect(conflict).toContain('/mnt/memory/shared/a.md was not kept: somebody else changed this memory');
    expect(again).toContain('theirs');
    expect(merged).not.toContain('not kept');
    expect(big).toContain('/mnt/memory/shared/big.md was not kept as a memory: it has 102401 bytes');
    expect(await contents(store)).toEqual({ '/a.md': 'merged\n', '/b.md': 'kept\n' });
  });
});
