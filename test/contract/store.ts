import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mint, type SessionId, type WorkspaceId } from '../../src/core/ids.ts';
import { type DocKind, type Store, StoreUnavailable } from '../../src/core/ports/store.ts';
import { type Backend, doc, inPlace, line, message, openSession, textOf, texts, WORKSPACE } from './place.ts';
import { feed, logAndInbox } from './session-log.ts';

/** What every `Store` promises. Bind it to an adapter by giving it a maker of empty places. */
export function storeContract(name: string, backend: Backend): void {
  describe(`${name}: documents`, () => documents(backend));
  describe(`${name}: lists`, () => lists(backend));
  describe(`${name}: visits`, () => visits(backend));
  describe(`${name}: batches`, () => batches(backend));
  describe(`${name}: log and inbox`, () => logAndInbox(backend));
  describe(`${name}: feed`, () => feed(backend));
}

function documents(backend: Backend): void {
  test('an unknown document is null', () =>
    inPlace(backend, async ({ store }) => {
      expect(await store.get('agent', 'agent_none')).toBeNull();
    }));

  test('a document comes back as it was put, at revision 1, and grows by one with each put', () =>
    inPlace(backend, async ({ store }) => {
      const put = doc('agent', 'agent_1', { name: 'on call', n: 1.5, deep: { list: [null, true] } }, { parent: 'p' });
      await store.commit({ puts: [{ doc: put }] });
      const first = await store.get('agent', 'agent_1');
      expect(first).toEqual({ ...put, revision: 1, position: first?.position });
      await store.commit({ puts: [{ doc: { ...put, archived: true, body: { name: 'renamed' } } }] });
      const second = await store.get('agent', 'agent_1');
      expect(second).toEqual({
        ...put,
        archived: true,
        body: { name: 'renamed' },
        revision: 2,
        position: first?.position,
      });
    }));

  test('the same id under another kind is another document', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({ puts: [{ doc: doc('agent', 'x', 1) }, { doc: doc('file', 'x', 2) }] });
      await store.commit({ removes: [{ kind: 'agent', id: 'x' }] });
      expect(await store.get('agent', 'x')).toBeNull();
      expect((await store.get('file', 'x'))?.body).toBe(2);
    }));

  test('getMany keeps the order asked for and leaves out the unknown', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({ puts: ['a', 'b', 'c'].map((id) => ({ doc: doc('file', id, id) })) });
      const found = await store.getMany('file', ['c', 'none', 'a']);
      expect(found.map((row) => row.body)).toEqual(['c', 'a']);
      expect(await store.getMany('file', [])).toEqual([]);
    }));

  test('a removed document is gone, put again it starts anew at the end of the list', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({ puts: ['a', 'b'].map((id) => ({ doc: doc('file', id) })) });
      await store.commit({ removes: [{ kind: 'file', id: 'a' }] });
      await store.commit({ puts: [{ doc: doc('file', 'a'), expect: 0 }] });
      const list = await store.list({
        kind: 'file',
        workspace: WORKSPACE,
        order: 'asc',
        limit: 9,
        includeArchived: true,
      });
      expect(list.map((row) => [row.id, row.revision])).toEqual([
        ['b', 1],
        ['a', 1],
      ]);
    }));

  test('any JSON comes back as it went in: NUL, lone surrogates, deep nesting, a megabyte', () =>
    inPlace(backend, async ({ store }) => {
      let deep: unknown = 'bottom';
      for (let i = 0; i < 2_000; i++) deep = [deep];
      const bodies = [
        'nul \u0000 inside',
        'lone \ud800 half',
        '👩‍🚒 “quotes” \\ " \u2028',
        deep,
        'x'.repeat(1_000_000),
        null,
      ];
      await store.commit({ puts: bodies.map((body, index) => ({ doc: doc('memory', `m${index}`, body) })) });
      for (const [index, body] of bodies.entries()) {
        expect((await store.get('memory', `m${index}`))?.body).toEqual(body);
      }
    }));
}

function lists(backend: Backend): void {
  const all = { kind: 'agent', workspace: WORKSPACE, limit: 100, includeArchived: true } as const;

  test('a list walks by position, forwards and backwards, a page at a time', () =>
    inPlace(backend, async ({ store }) => {
      const ids = Array.from({ length: 7 }, (_, index) => `agent_${index}`);
      for (const id of ids) await store.commit({ puts: [{ doc: doc('agent', id) }] });
      expect(await walk(store, 'asc')).toEqual(ids);
      expect(await walk(store, 'desc')).toEqual(ids.toReversed());
    }));

  test('a page in hand stays true while documents are added and changed', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({ puts: ['a', 'b', 'c'].map((id) => ({ doc: doc('agent', id) })) });
      const [newest] = await store.list({ ...all, order: 'desc', limit: 1 });
      await store.commit({ puts: [{ doc: doc('agent', 'd') }, { doc: doc('agent', 'a', 'changed') }] });
      const rest = await store.list({ ...all, order: 'desc', after: newest?.position ?? 0 });
      expect(rest.map((row) => row.id)).toEqual(['b', 'a']);
    }));

  test('workspace, parent, archive and creation time narrow a list', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({
        puts: [
          { doc: doc('agent', 'early', {}, { createdAt: 1, parent: 'p' }) },
          { doc: doc('agent', 'late', {}, { createdAt: 9 }) },
          { doc: doc('agent', 'archived', {}, { createdAt: 5, archived: true, parent: 'p' }) },
          { doc: doc('agent', 'foreign', {}, { workspace: 'wrkspc_other' }) },
          { doc: doc('file', 'other kind') },
        ],
      });
      const ids = async (query: object) => (await store.list({ ...all, order: 'asc', ...query })).map((row) => row.id);
      expect(await ids({})).toEqual(['early', 'late', 'archived']);
      expect(await ids({ includeArchived: false })).toEqual(['early', 'late']);
      expect(await ids({ parent: 'p' })).toEqual(['early', 'archived']);
      expect(await ids({ parent: ['none', 'p'] })).toEqual(['early', 'archived']);
      expect(await ids({ parent: [] })).toEqual([]);
      expect(await ids({ createdAt: { gt: 1, lte: 5 } })).toEqual(['archived']);
      expect(await ids({ createdAt: { gte: 1, lt: 5 } })).toEqual(['early']);
    }));

  test('where compares fields of the body, dotted too, text and numbers strictly, lists as any of', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({
        puts: [
          { doc: doc('agent', 'one', { status: 'idle', agent: { id: 'agent_x', version: 1 } }) },
          { doc: doc('agent', 'two', { status: 'running', agent: { id: 'agent_x', version: 2 } }) },
          { doc: doc('agent', 'three', { status: 'terminated', agent: { id: 'agent_y', version: '2' } }) },
          { doc: doc('agent', 'four', { hidden: { stores: { a: 1, b: 1 } } }) },
          { doc: doc('agent', 'five', { hidden: { stores: 'a' } }) },
        ],
      });
      const ids = async (where: Record<string, string | number | (string | number)[]>) =>
        (await store.list({ ...all, order: 'asc', where })).map((row) => row.id);
      expect(await ids({ status: 'idle' })).toEqual(['one']);
      expect(await ids({ status: ['idle', 'terminated'] })).toEqual(['one', 'three']);
      expect(await ids({ status: [] })).toEqual([]);
      expect(await ids({ 'hidden.stores.b': 1 })).toEqual(['four']);
      expect(await ids({ 'hidden.stores.a': '1' })).toEqual([]);
      expect(await ids({ 'agent.id': 'agent_x', 'agent.version': 2 })).toEqual(['two']);
      expect(await ids({ status: "x' OR '1'='1" })).toEqual([]);
    }));

  test('a field name that is not one never reaches the database', () =>
    inPlace(backend, async ({ store }) => {
      for (const field of ["a' OR 1=1 --", 'a"b', '', '.', 'a..b', '$.a', 'a b', 'a[0]']) {
        await expect(store.list({ ...all, order: 'asc', where: { [field]: 'x' } })).rejects.toThrow(/not a field/);
      }
    }));
}

async function walk(store: Store, order: 'asc' | 'desc'): Promise<string[]> {
  const ids: string[] = [];
  let after: number | undefined;
  for (;;) {
    const page = await store.list({
      kind: 'agent',
      workspace: WORKSPACE,
      includeArchived: true,
      order,
      limit: 3,
      ...(after === undefined ? {} : { after }),
    });
    ids.push(...page.map((row) => row.id));
    after = page.at(-1)?.position;
    if (page.length < 3) return ids;
  }
}

function visits(backend: Backend): void {
  test('workspaces are found by what is in them, each once, and by its status where one is asked for', () =>
    inPlace(backend, async ({ store }) => {
      const put = (kind: DocKind, workspace: WorkspaceId, status: string) => ({
        doc: doc(kind, `${kind}_${workspace}_${status}`, { status }, { workspace, archived: status === 'over' }),
      });
      await store.commit({
        puts: [
          put('dream', 'wrkspc_a', 'over'),
          put('dream', 'wrkspc_b', 'pending'),
          put('dream', 'wrkspc_b', 'over'),
          put('dream', 'wrkspc_c', 'running'),
          put('file', 'wrkspc_a', 'active'),
          put('file', 'wrkspc_c', 'active'),
          put('agent', 'wrkspc_d', 'pending'),
        ],
      });
      const found = async (...kinds: Parameters<Store['occupied']>[0]) =>
        (await store.occupied(kinds)).map(({ kind, workspace }) => `${kind} ${workspace}`).toSorted();
      expect(await found()).toEqual([]);
      expect(await found({ kind: 'vault' }, { kind: 'dream', status: ['none'] })).toEqual([]);
      expect(await found({ kind: 'file' }, { kind: 'dream', status: ['pending', 'running'] })).toEqual([
        'dream wrkspc_b',
        'dream wrkspc_c',
        'file wrkspc_a',
        'file wrkspc_c',
      ]);
    }));
}

function batches(backend: Backend): void {
  test('a stale guard refuses the whole batch and names the document', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      await store.commit({ puts: [{ doc: doc('agent', 'a') }, { doc: doc('agent', 'keep') }] });
      const answer = await store.commit({
        puts: [{ doc: doc('agent', 'new') }, { doc: doc('agent', 'a', 'lost'), expect: 2 }],
        removes: [{ kind: 'agent', id: 'keep' }],
        inbox: [{ session, event: message('lost') }],
        append: [{ session, rows: [line('lost')] }],
      });
      expect(answer).toEqual({ ok: false, why: 'stale', kind: 'agent', id: 'a' });
      expect(await store.getMany('agent', ['a', 'new', 'keep'])).toMatchObject([
        { id: 'a', revision: 1 },
        { id: 'keep' },
      ]);
      expect(await store.inbox(session)).toEqual([]);
      expect(await texts(store, session)).toEqual([]);
    }));

  test('of many writers that saw the same revision exactly one wins, and its neighbours lose nothing else', () =>
    inPlace(backend, async ({ store }) => {
      await store.commit({ puts: [{ doc: doc('agent', 'a', -1) }] });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          store.commit({
            puts: [{ doc: doc('agent', 'a', writer), expect: 1 }, { doc: doc('file', `file_${writer}`) }],
          }),
        ),
      );
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
      const winner = answers.findIndex((answer) => answer.ok);
      expect(await store.get('agent', 'a')).toMatchObject({ revision: 2, body: winner });
      const files = await store.list({
        kind: 'file',
        workspace: WORKSPACE,
        order: 'asc',
        limit: 99,
        includeArchived: true,
      });
      expect(files.map((row) => row.id)).toEqual([`file_${winner}`]);
    }));

  test('any mix of concurrent batches ends as if they had run one by one, in the order of the calls', () =>
    inPlace(backend, async ({ store }) => {
      const key = fc.constantFrom('a', 'b', 'c');
      const step = fc.oneof(
        fc.record({ do: fc.constant('put' as const), key, expect: fc.option(fc.nat(3)), also: key }),
        fc.record({ do: fc.constant('remove' as const), key, expect: fc.constant(null), also: key }),
      );
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const id = (name: string) => `${round}-${name}`;
          round += 1;
          const model = new Map<string, { revision: number; body: number }>();
          const put = (name: string, body: number) =>
            model.set(id(name), { revision: (model.get(id(name))?.revision ?? 0) + 1, body });
          const expected = steps.map((it, index) => {
            if (it.do === 'remove') return model.delete(id(it.key)) || true;
            if (it.expect !== null && it.expect !== (model.get(id(it.key))?.revision ?? 0)) return false;
            put(it.key, index);
            put(it.also, index);
            return true;
          });
          const answers = await Promise.all(
            steps.map((it, index) =>
              it.do === 'remove'
                ? store.commit({ removes: [{ kind: 'memory', id: id(it.key) }] })
                : store.commit({
                    puts: [
                      {
                        doc: doc('memory', id(it.key), index),
                        ...(it.expect === null ? {} : { expect: it.expect }),
                      },
                      { doc: doc('memory', id(it.also), index) },
                    ],
                  }),
            ),
          );
          expect(answers.map((answer) => answer.ok)).toEqual(expected);
          const stored = await store.getMany<number>('memory', ['a', 'b', 'c'].map(id));
          expect(new Map(stored.map((row) => [row.id, { revision: row.revision, body: row.body }]))).toEqual(model);
        }),
        { numRuns: 40 },
      );
    }));

  test('a batch for a session that is not there is refused as stale', () =>
    inPlace(backend, async ({ store }) => {
      const session: SessionId = mint('sesn');
      const refusal = { ok: false, why: 'stale', kind: 'session', id: session };
      expect(await store.commit({ append: [{ session, rows: [line('x')] }] })).toEqual(refusal);
      expect(await store.commit({ inbox: [{ session, event: message('x') }] })).toEqual(refusal);
      await store.commit({ opens: [session] });
      expect(await store.commit({ opens: [session] })).toEqual(refusal);
    }));

  test('a batch that cannot be written rejects alone', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const twice = message('twice');
      const [poison, neighbour] = await Promise.allSettled([
        store.commit({ append: [{ session, rows: [{ event: twice }, { event: twice }] }] }),
        store.commit({ append: [{ session, rows: [line('fine')] }] }),
      ]);
      expect(poison.status).toBe('rejected');
      expect(neighbour).toMatchObject({ status: 'fulfilled', value: { ok: true, appended: [{ seq: 1 }] } });
      expect(await texts(store, session)).toEqual(['fine']);
    }));

  test('what was committed is there after closing and opening again', async () => {
    const place = await backend();
    try {
      const first = await place.open({ now: () => 1 });
      const session = await openSession(first.store);
      await first.store.commit({
        puts: [{ doc: doc('agent', 'a', 'kept') }],
        append: [{ session, rows: [line('logged')] }],
        inbox: [{ session, event: message('waiting') }],
      });
      await first.store.close();
      await expect(first.store.commit({ puts: [{ doc: doc('agent', 'late') }] })).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
      await expect(first.store.get('agent', 'a')).rejects.toBeInstanceOf(StoreUnavailable);
      const second = await place.open({ now: () => 2 });
      expect((await second.store.get('agent', 'a'))?.body).toBe('kept');
      expect(await texts(second.store, session)).toEqual(['logged']);
      expect((await second.store.inbox(session)).map((row) => textOf(row.event))).toEqual(['waiting']);
      await second.store.close();
    } finally {
      await place.dispose();
    }
  });

  test('health says yes while reads and writes work, and what is wrong when they do not', () =>
    inPlace(backend, async ({ store }) => {
      expect(await store.health()).toMatchObject({ ok: true });
      await store.close();
      const closed = await store.health();
      expect(closed.ok).toBe(false);
      expect(closed.detail).not.toBe('');
    }));
}
