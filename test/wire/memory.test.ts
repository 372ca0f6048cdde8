import { createHash } from 'node:crypto';
import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { API_KEY, onBothArms, refusal } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, ConflictError, NotFoundError } = Anthropic;

type Memories = Anthropic.Beta.MemoryStores.Memories;

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

onBothArms('memory stores', (wire) => {
  test('a store has a name, an empty description and metadata, and is changed in part', async () => {
    verifies('memoryStores.create', 'memoryStores.retrieve', 'memoryStores.update');
    const { memoryStores } = wire().client.beta;
    const store = await memoryStores.create({ name: 'Team notes', metadata: { a: '1', b: '2' } });
    expect(store).toEqual({
      id: expect.stringMatching(/^memstore_/),
      type: 'memory_store',
      name: 'Team notes',
      description: '',
      metadata: { a: '1', b: '2' },
      created_at: expect.any(String),
      updated_at: store.created_at,
      archived_at: null,
    });
    expect((await memoryStores.create({ name: 'Team notes' })).id).not.toBe(store.id);
    expect(await memoryStores.update(store.id, { name: 'Team notes' })).toEqual(store);
    const changed = await memoryStores.update(store.id, { description: 'what we know', metadata: { a: null } });
    expect(changed).toMatchObject({ name: 'Team notes', description: 'what we know', metadata: { b: '2' } });
    expect((await memoryStores.update(store.id, { description: '' })).description).toBe('');
    expect((await memoryStores.retrieve(store.id)).metadata).toEqual({ b: '2' });
    for (const bad of [{ name: '' }, { name: 'x'.repeat(256) }, { name: 'a\nb' }]) {
      await expect(memoryStores.create(bad)).rejects.toThrow(BadRequestError);
    }
    await expect(memoryStores.create({ name: 'x', description: 'x'.repeat(1025) })).rejects.toThrow('description');
    await expect(memoryStores.retrieve('memstore_none')).rejects.toThrow(NotFoundError);
  });

  test('stores are listed newest first, by time, and without what is archived', async () => {
    verifies('memoryStores.list');
    const { memoryStores } = wire().client.beta;
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await memoryStores.create({ name: `listed ${i}` })).id);
    await memoryStores.archive(made[1] ?? '');
    const seen: string[] = [];
    for await (const store of memoryStores.list({ limit: 1 })) seen.push(store.id);
    expect(seen.slice(0, 2)).toEqual([made[2], made[0]]);
    const all = await memoryStores.list({ include_archived: true });
    expect(all.data.slice(0, 3).map((store) => store.id)).toEqual([...made].reverse());
    expect((await memoryStores.list({ 'created_at[lte]': '2020-01-01T00:00:00Z' })).data).toEqual([]);
    expect((await memoryStores.list({ 'created_at[gte]': '2020-01-01T00:00:00Z' })).data.length).toBeGreaterThan(1);
  });

  test('an archived store is read, emptied and deleted, but never written', async () => {
    verifies('memoryStores.archive', 'memoryStores.update', 'memoryStores.memories.delete');
    const { client } = wire();
    const { memoryStores } = client.beta;
    const store = await memoryStores.create({ name: 'old' });
    const one = await memoryStores.memories.create(store.id, { path: '/one', content: 'first' });
    const two = await memoryStores.memories.update(one.id, { memory_store_id: store.id, content: 'second' });
    const archived = await memoryStores.archive(store.id);
    expect(archived.archived_at).toEqual(expect.any(String));
    expect(await memoryStores.archive(store.id)).toEqual(archived);
    const refused = [
      memoryStores.update(store.id, { name: 'x' }),
      memoryStores.memories.create(store.id, { path: '/two', content: '' }),
      memoryStores.memories.update(one.id, { memory_store_id: store.id, content: 'x' }),
    ];
    await Promise.all(refused.map((attempt) => expect(attempt).rejects.toThrow('archived')));
    const session = await wire().session([]);
    await expect(
      client.beta.sessions.create({
        agent: session.agent.id,
        environment_id: session.environment_id,
        resources: [{ type: 'memory_store', memory_store_id: store.id }],
      }),
    ).rejects.toThrow(BadRequestError);
    expect((await memoryStores.memories.retrieve(one.id, { memory_store_id: store.id })).content).toBe('second');
    await memoryStores.memoryVersions.redact(one.memory_version_id, { memory_store_id: store.id });
    await memoryStores.memories.delete(two.id, { memory_store_id: store.id });
    expect(await memoryStores.delete(store.id)).toEqual({ id: store.id, type: 'memory_store_deleted' });
  });

  test('a deleted store takes memories and versions with it', async () => {
    verifies('memoryStores.delete');
    const { memoryStores } = wire().client.beta;
    const store = await memoryStores.create({ name: 'gone' });
    const memory = await memoryStores.memories.create(store.id, { path: '/a', content: 'x' });
    const path = { memory_store_id: store.id };
    await memoryStores.delete(store.id);
    const gone = [
      memoryStores.retrieve(store.id),
      memoryStores.delete(store.id),
      memoryStores.memories.list(store.id),
      memoryStores.memories.retrieve(memory.id, path),
      memoryStores.memoryVersions.retrieve(memory.memory_version_id, path),
    ];
    await Promise.all(gone.map((attempt) => expect(attempt).rejects.toThrow(NotFoundError)));
  });
});

onBothArms('memories', (wire) => {
  const newStore = async () => (await wire().client.beta.memoryStores.create({ name: 'notes' })).id;
  const memories = (): Memories => wire().client.beta.memoryStores.memories;

  test('a memory has the hash and size of its bytes, and its content when asked for', async () => {
    verifies('memoryStores.memories.create', 'memoryStores.memories.retrieve');
    const store = await newStore();
    const content = 'Grüße, 🌍\r\n';
    const memory = await memories().create(store, { path: '/a/Grüße.md', content });
    expect(memory).toEqual({
      id: expect.stringMatching(/^mem_/),
      type: 'memory',
      memory_store_id: store,
      path: '/a/Grüße.md',
      content: null,
      content_sha256: sha256(content),
      content_size_bytes: Buffer.byteLength(content),
      memory_version_id: expect.stringMatching(/^memver_/),
      created_at: expect.any(String),
      updated_at: memory.created_at,
    });
    const place = { memory_store_id: store };
    expect((await memories().retrieve(memory.id, place)).content).toBe(content);
    expect(await memories().retrieve(memory.id, { ...place, view: 'basic' })).toEqual(memory);
    const empty = await memories().create(store, { path: '/empty', content: '', view: 'full' });
    expect(empty).toMatchObject({ content: '', content_size_bytes: 0, content_sha256: sha256('') });
    const other = await newStore();
    await expect(memories().retrieve(memory.id, { memory_store_id: other })).rejects.toThrow(NotFoundError);
  });

  test('a path that is taken or overlaps is a conflict that names who is in the way', async () => {
    verifies('memoryStores.memories.create', 'memoryStores.memories.update');
    const store = await newStore();
    const memory = await memories().create(store, { path: '/notes/todo', content: 'x' });
    const conflict = {
      status: 409,
      error: {
        type: 'memory_path_conflict_error',
        message: expect.any(String),
        conflicting_memory_id: memory.id,
        conflicting_path: '/notes/todo',
      },
    };
    for (const path of ['/notes/todo', '/notes', '/notes/todo/today']) {
      const began = Date.now();
      expect(await refusal(memories().create(store, { path, content: 'y' }))).toEqual(conflict);
      expect(Date.now() - began).toBeLessThan(400);
    }
    const other = await memories().create(store, { path: '/notes/todo.md', content: 'a sibling' });
    await memories().create(store, { path: '/Notes', content: 'case matters' });
    const rename = memories().update(other.id, { memory_store_id: store, path: '/notes/todo/x' });
    expect(await refusal(rename)).toEqual(conflict);
    const own = await memories().update(memory.id, { memory_store_id: store, path: '/notes/todo/deeper' });
    expect(own.path).toBe('/notes/todo/deeper');
  });

  test('bad paths and too much content are refused', async () => {
    verifies('memoryStores.memories.create');
    const store = await newStore();
    const bad = ['', 'a', '/', '/a/', '/a//b', '/a/../b', '/.', '/a\u0000', '/a\u200b', '/a\u2028', '/e\u0301'];
    bad.push(`/${'x'.repeat(1024)}`, `/${'a/'.repeat(20)}b`);
    for (const path of bad) {
      await expect(memories().create(store, { path, content: 'x' }), JSON.stringify(path)).rejects.toThrow('path');
    }
    await memories().create(store, { path: `/${'x'.repeat(1023)}`, content: 'x' });
    await memories().create(store, { path: `/${'b/'.repeat(19)}b`, content: 'é'.repeat(51_200) });
    await expect(memories().create(store, { path: '/big', content: 'x'.repeat(102_401) })).rejects.toThrow('102400');
    await expect(memories().create(store, { path: '/half', content: '\ud800' })).rejects.toThrow('content');
  });

  test('an update changes content, path or both, and one that changes nothing makes no version', async () => {
    verifies('memoryStores.memories.update');
    const store = await newStore();
    const place = { memory_store_id: store };
    const made = await memories().create(store, { path: '/a', content: 'one' });
    expect(await memories().update(made.id, { ...place, content: 'one', path: '/a' })).toEqual(made);
    expect(await memories().update(made.id, place)).toEqual(made);
    const moved = await memories().update(made.id, { ...place, path: '/b' });
    expect(moved).toMatchObject({ id: made.id, path: '/b', content_sha256: made.content_sha256 });
    expect((await memories().retrieve(made.id, place)).content).toBe('one');
    const both = await memories().update(made.id, { ...place, path: '/c', content: 'two', view: 'full' });
    expect(both).toMatchObject({ path: '/c', content: 'two', content_size_bytes: 3 });
    const versions = await wire().client.beta.memoryStores.memoryVersions.list(store, { memory_id: made.id });
    expect(versions.data.map((version) => [version.operation, version.path])).toEqual([
      ['modified', '/c'],
      ['modified', '/b'],
      ['created', '/a'],
    ]);
    expect(versions.data.map((version) => version.id)[0]).toBe(both.memory_version_id);
  });

  test('a precondition holds off a writer who has not read, but not a retry of what is already so', async () => {
    verifies('memoryStores.memories.update', 'memoryStores.memories.delete');
    const store = await newStore();
    const place = { memory_store_id: store };
    const made = await memories().create(store, { path: '/a', content: 'one' });
    const precondition = { type: 'content_sha256' as const, content_sha256: made.content_sha256 };
    const two = await memories().update(made.id, { ...place, content: 'two', precondition });
    const missed = { status: 409, error: { type: 'memory_precondition_failed_error', message: expect.any(String) } };
    expect(await refusal(memories().update(made.id, { ...place, content: 'three', precondition }))).toEqual(missed);
    expect(await memories().update(made.id, { ...place, content: 'two', precondition })).toEqual(two);
    expect(await refusal(memories().update(made.id, { ...place, path: '/b', precondition }))).toEqual(missed);
    const none = { type: 'content_sha256' as const };
    await expect(memories().update(made.id, { ...place, content: 'x', precondition: none })).rejects.toThrow(
      'precondition',
    );
    const stale = { ...place, expected_content_sha256: made.content_sha256 };
    expect(await refusal(memories().delete(made.id, stale))).toEqual(missed);
    expect((await memories().retrieve(made.id, place)).content).toBe('two');
    const right = { ...place, expected_content_sha256: sha256('two') };
    expect(await memories().delete(made.id, right)).toEqual({ id: made.id, type: 'memory_deleted' });
    await expect(memories().retrieve(made.id, place)).rejects.toThrow(NotFoundError);
    const again = await memories().create(store, { path: '/a', content: 'anew' });
    await memories().delete(again.id, place);
  });

  test('of many writers at once each path is taken by one, and no write is lost', async () => {
    verifies('memoryStores.memories.create', 'memoryStores.memories.update');
    const store = await newStore();
    const attempts = Array.from({ length: 8 }, (_, i) =>
      memories().create(store, { path: i % 2 === 0 ? '/same' : '/same/below', content: String(i) }),
    );
    const settled = await Promise.allSettled(attempts);
    expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(ConflictError);
    expect((await memories().list(store)).data).toHaveLength(1);
  });

  test('a folder shows what is below it, or its children with markers for the rest', async () => {
    verifies('memoryStores.memories.list');
    const store = await newStore();
    const paths = ['/a/1', '/a/b/2', '/a/b/3', '/a/c/d/4', '/ab/5', '/6'];
    for (const path of [...paths].reverse()) await memories().create(store, { path, content: path });
    const shown = async (query: Anthropic.Beta.MemoryStores.MemoryListParams) => {
      const seen: string[] = [];
      for await (const item of memories().list(store, query)) seen.push(`${item.type} ${item.path}`);
      return seen;
    };
    const below = ['memory /a/1', 'memory /a/b/2', 'memory /a/b/3', 'memory /a/c/d/4'];
    expect(await shown({ path_prefix: '/a/' })).toEqual(below);
    expect(await shown({ path_prefix: '/a/', limit: 1 })).toEqual(below);
    const children = ['memory /a/1', 'memory_prefix /a/b/', 'memory_prefix /a/c/'];
    expect(await shown({ path_prefix: '/a/', depth: 1 })).toEqual(children);
    expect(await shown({ path_prefix: '/a/', depth: 1, limit: 1 })).toEqual(children);
    expect((await memories().list(store, { path_prefix: '/a/', depth: 1, limit: 2 })).data).toHaveLength(2);
    expect(await shown({ depth: 1 })).toEqual(['memory /6', 'memory_prefix /a/', 'memory_prefix /ab/']);
    expect(await shown({ depth: 0 })).toHaveLength(paths.length);
    for (const bad of [{ path_prefix: '/a' }, { path_prefix: 'a/' }, { depth: 2 }]) {
      await expect(memories().list(store, bad)).rejects.toThrow(BadRequestError);
    }
    const first = await memories().list(store, { path_prefix: '/a/', limit: 2 });
    expect(first.data.map((item) => ('content' in item ? item.content : ''))).toEqual([null, null]);
    const page = first.next_page ?? '';
    await memories().create(store, { path: '/a/0', content: 'earlier' });
    await memories().create(store, { path: '/a/z', content: 'later' });
    const rest = await memories().list(store, { path_prefix: '/a/', page });
    expect(rest.data.map((item) => item.path)).toEqual(['/a/b/3', '/a/c/d/4', '/a/z']);
    await expect(memories().list(store, { page })).rejects.toThrow('page');
  });

  test('a page with content holds at most twenty', async () => {
    verifies('memoryStores.memories.list');
    const store = await newStore();
    const numbers = Array.from({ length: 22 }, (_, i) => String(i).padStart(2, '0'));
    await Promise.all(numbers.map((n) => memories().create(store, { path: `/${n}`, content: `content ${n}` })));
    const full = await memories().list(store, { view: 'full', limit: 100 });
    expect(full.data.map((item) => ('content' in item ? item.content : null))).toEqual(
      numbers.slice(0, 20).map((n) => `content ${n}`),
    );
    expect(full.next_page).toEqual(expect.stringMatching(/^page_/));
    expect((await memories().list(store, { limit: 100 })).data).toHaveLength(22);
  });
});

onBothArms('memory versions', (wire) => {
  test('the past is listed newest first, filtered, read and, but for the head, redacted', async () => {
    verifies(
      'memoryStores.memoryVersions.list',
      'memoryStores.memoryVersions.retrieve',
      'memoryStores.memoryVersions.redact',
      'memoryStores.memories.delete',
    );
    const { memories, memoryVersions } = wire().client.beta.memoryStores;
    const { id: store } = await wire().client.beta.memoryStores.create({ name: 'history' });
    const place = { memory_store_id: store };
    const made = await memories.create(store, { path: '/a', content: 'the password is hunter2' });
    const kept = await memories.create(store, { path: '/b', content: 'kept' });
    const head = await memories.update(made.id, { ...place, content: 'no secrets here' });
    const ids = async (query: Anthropic.Beta.MemoryStores.MemoryVersionListParams) =>
      (await memoryVersions.list(store, query)).data.map((version) => version.id);
    const newestFirst = [head.memory_version_id, kept.memory_version_id, made.memory_version_id];
    expect(await ids({})).toEqual(newestFirst);
    const paged: string[] = [];
    for await (const version of memoryVersions.list(store, { limit: 1 })) paged.push(version.id);
    expect(paged).toEqual(newestFirst);
    expect(await ids({ memory_id: made.id })).toEqual([head.memory_version_id, made.memory_version_id]);
    expect(await ids({ operation: 'modified' })).toEqual([head.memory_version_id]);
    expect(await ids({ session_id: 'sesn_none' })).toEqual([]);
    expect(await ids({ service_account_id: 'svac_none' })).toEqual([]);
    expect(await ids({ 'created_at[lte]': '2020-01-01T00:00:00Z' })).toEqual([]);
    const first = await memoryVersions.retrieve(made.memory_version_id, place);
    expect(first).toMatchObject({
      type: 'memory_version',
      memory_id: made.id,
      operation: 'created',
      path: '/a',
      content: 'the password is hunter2',
      created_by: { type: 'api_actor', api_key_id: expect.any(String) },
      redacted_at: null,
      redacted_by: null,
    });
    const author = first.created_by?.type === 'api_actor' ? first.created_by.api_key_id : '';
    expect(await ids({ api_key_id: author })).toEqual(newestFirst);
    expect((await memoryVersions.list(store)).data.map((version) => version.content)).toEqual([null, null, null]);
    expect((await memoryVersions.list(store, { view: 'full' })).data[0]?.content).toBe('no secrets here');
    await expect(memoryVersions.redact(head.memory_version_id, place)).rejects.toThrow(BadRequestError);
    const redacted = await memoryVersions.redact(made.memory_version_id, place);
    expect(redacted).toMatchObject({
      content: null,
      path: null,
      content_sha256: null,
      content_size_bytes: null,
      redacted_at: expect.any(String),
      redacted_by: { type: 'api_actor' },
    });
    expect(await memoryVersions.redact(made.memory_version_id, place)).toEqual(redacted);
    expect(await memoryVersions.retrieve(made.memory_version_id, place)).toEqual(redacted);
    await memories.delete(made.id, place);
    const [deletion] = (await memoryVersions.list(store, { memory_id: made.id, operation: 'deleted' })).data;
    expect(deletion).toMatchObject({ path: '/a', content: null, content_sha256: null, content_size_bytes: null });
    expect((await memoryVersions.redact(head.memory_version_id, place)).redacted_at).toEqual(expect.any(String));
    const { id: other } = await wire().client.beta.memoryStores.create({ name: 'other' });
    await expect(memoryVersions.retrieve(kept.memory_version_id, { memory_store_id: other })).rejects.toThrow(
      NotFoundError,
    );
  });

  test('a raw answer to a conflict tells the client not to come back with the same', async () => {
    verifies('memoryStores.memories.create');
    const { client, url } = wire();
    const { id } = await client.beta.memoryStores.create({ name: 'raw' });
    const post = () =>
      fetch(`${url}/v1/memory_stores/${id}/memories`, {
        method: 'POST',
        headers: { 'x-api-key': API_KEY },
        body: JSON.stringify({ path: '/a', content: 'x' }),
      });
    expect((await post()).status).toBe(200);
    const second = await post();
    expect([second.status, second.headers.get('x-should-retry')]).toEqual([409, 'false']);
  });
});
