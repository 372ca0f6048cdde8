import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mint, type SessionId, type WorkspaceId } from '../../src/core/ids.ts';
import type { Engine, Lease } from '../../src/core/ports/engine.ts';
import { type Batch, StaleDocument, type Store } from '../../src/core/ports/store.ts';
import { until } from '../kit/until.ts';
import {
  type Backend,
  claimOne,
  doc,
  inPlace,
  line,
  message,
  openSession,
  type TestClock,
  textOf,
  texts,
  toolUse,
} from './place.ts';

/** Longer than any lease an adapter may give in these tests. */
const LEASE_OVER = 3_600_000;

/** What every `Engine` promises. Bind it to an adapter by giving it a maker of empty places. */
export function engineContract(name: string, backend: Backend): void {
  describe(`${name}: claims`, () => claims(backend));
  describe(`${name}: release`, () => releases(backend));
  describe(`${name}: fenced appends`, () => appends(backend));
  describe(`${name}: wake-ups`, () => wakes(backend));
}

function claims(backend: Backend): void {
  test('only sessions that are due are claimed, oldest wake first, no more than asked for, none twice', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      await openSession(store);
      const due = [];
      for (let i = 0; i < 3; i++) {
        due.push(await openSession(store, true));
        clock.advance(10);
      }
      expect((await engine.claim(2)).map((lease) => lease.session)).toEqual(due.slice(0, 2));
      expect((await engine.claim(2)).map((lease) => lease.session)).toEqual(due.slice(2));
      expect(await engine.claim(2)).toEqual([]);
    }));

  test('a workspace with a thousand due sessions takes no more than its share while others have work', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const crowd = Array.from({ length: 1_000 }, () => mint('sesn'));
      await store.commit(opening('wrkspc_crowd', crowd));
      clock.advance(10);
      const few = Array.from({ length: 3 }, () => mint('sesn'));
      await store.commit(opening('wrkspc_few', few));
      const first = (await engine.claim(8)).map((lease) => lease.session);
      expect(few.filter((id) => first.includes(id))).toHaveLength(3);
      expect(crowd.filter((id) => first.includes(id))).toHaveLength(5);
      // Places that nobody else wants are the crowd's, and one that comes free later is not.
      expect(crowd).toContain((await claimOne(engine, 1)).session);
      const late = mint('sesn');
      await store.commit(opening('wrkspc_few', [late]));
      expect((await claimOne(engine, 1)).session).toBe(late);
    }));

  test('a crowd that comes at once is one claim ahead at most', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      await store.commit(opening('wrkspc_few', [mint('sesn')]));
      await claimOne(engine);
      const crowd = Array.from({ length: 100 }, () => mint('sesn'));
      await store.commit(opening('wrkspc_crowd', crowd));
      clock.advance(10);
      const few = [mint('sesn'), mint('sesn')];
      await store.commit(opening('wrkspc_few', few));
      const leases = [...(await engine.claim(4)), ...(await engine.claim(2))].map((lease) => lease.session);
      expect(few.filter((id) => leases.includes(id))).toHaveLength(2);
    }));

  test('concurrent claims share the work out', () =>
    inPlace(backend, async ({ store, engine }) => {
      for (let i = 0; i < 10; i++) await openSession(store, true);
      const leases = (await Promise.all([engine.claim(4), engine.claim(4), engine.claim(4)])).flat();
      expect(new Set(leases.map((lease) => lease.session)).size).toBe(10);
      expect(leases).toHaveLength(10);
    }));

  test('a claim carries the document of its session and the length of the log, as they are then', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store, true);
      expect(await engine.claim(1)).toMatchObject([{ session, doc: null, seq: 0 }]);
      clock.advance(LEASE_OVER);
      const text = 'a "quoted" \\ line\nand \ud800 half a sign';
      const kept = { ...doc('session', session, text), parent: 'env_1', createdAt: 1_700_000_000_000, archived: true };
      await store.commit({ puts: [{ doc: kept }], append: [{ session, rows: [line('one'), line('two')] }] });
      await store.commit({ puts: [{ doc: kept }] });
      const { doc: carried, ...claimed } = await claimOne(engine);
      expect(claimed).toMatchObject({ session, epoch: 2, seq: 2 });
      expect(carried).toEqual(await store.get('session', session));
      expect(carried).toMatchObject({ ...kept, revision: 2 });
    }));

  test('a claim carries the resources of its session, in their order and without those that were archived', () =>
    inPlace(backend, async ({ store, engine }) => {
      const [session, other] = [await openSession(store, true), await openSession(store)];
      const under = (id: string, parent: string) => doc('session_resource', id, { id }, { parent });
      await store.commit({ puts: [under('b', session), under('x', other)].map((one) => ({ doc: one })) });
      await store.commit({ puts: [{ doc: doc('session', session, {}) }, { doc: under('a', session) }] });
      await store.commit({ puts: [{ doc: { ...under('gone', session), archived: true } }] });
      await store.commit({ puts: [{ doc: under('b', session) }, { doc: doc('file', 'f', {}, { parent: session }) }] });
      const { resources } = await claimOne(engine);
      expect(resources).toEqual(await store.getMany('session_resource', ['b', 'a']));
    }));

  test('a claim that tells what waits in the inbox tells all of it, in its order', () =>
    inPlace(backend, async ({ store, engine }) => {
      const [session, other] = [await openSession(store), await openSession(store)];
      const [one, two] = [message('one "quoted"', null), message('two', null)];
      await store.commit({ inbox: [{ session: other, event: message('not this', null) }] });
      await store.commit({ inbox: [{ session, event: one }], wakes: [session] });
      await store.commit({ inbox: [{ session, event: two }] });
      const { inbox } = await claimOne(engine);
      expect(inbox ?? (await store.inbox(session))).toEqual([one, two].map((event) => ({ session, event })));
    }));

  test('what comes into the inbox beside a claim is brought by it, heard by its holder, or still to be read', () =>
    inPlace(backend, async ({ store, engine }) => {
      const other = await openSession(store);
      for (let round = 0; round < 5; round++) {
        const session = await openSession(store, true);
        const before = store.commit({ inbox: [{ session: other, event: message('before', null) }] });
        // While that is written both wait, and go into the next transaction together.
        for (let tick = 0; tick < 4; tick++) await Promise.resolve();
        const claiming = claimOne(engine);
        const sending = store.commit({ inbox: [{ session, event: message('beside', null) }] });
        const { inbox } = await claiming;
        let heard = 0;
        const stop = store.subscribe(session, () => heard++);
        const known = inbox ?? (await store.inbox(session));
        await Promise.all([before, sending]);
        await until(async () => known.length + heard > 0, 2);
        stop();
      }
    }));

  test('renewing moves the end of the lease', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      await openSession(store, true);
      const lease = await claimOne(engine);
      clock.advance((lease.until - clock.now()) / 2);
      const renewed = await engine.renew(lease);
      expect(renewed?.until).toBeGreaterThan(lease.until);
      clock.advance(lease.until - clock.now() + 1);
      expect(await engine.claim(1)).toEqual([]);
    }));

  test('a lease that ran out goes to the next, and its old holder is shut out of everything', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store, true);
      const old = await claimOne(engine);
      await engine.append(old, { rows: [line('before')] });
      clock.advance(LEASE_OVER);
      const fresh = await claimOne(engine);
      expect(fresh.epoch).toBeGreaterThan(old.epoch);
      const call = toolUse('bash');
      expect(
        await engine.append(old, {
          rows: [line('zombie')],
          puts: [{ doc: doc('session', session, 'zombie') }],
          toolCalls: [{ toolUse: call.id, state: 'started' }],
        }),
      ).toBeNull();
      expect(await engine.renew(old)).toBeNull();
      await engine.release(old, null);
      expect(await engine.append(fresh, { rows: [line('after')] })).toMatchObject([{ seq: 2 }]);
      expect(await texts(store, session)).toEqual(['before', 'after']);
      expect(await store.get('session', session)).toBeNull();
      expect(await engine.toolCalls(session)).toEqual([]);
    }));

  test('whatever two holders, time and the API do, only the last claim writes and no number is missing', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const moves = ['claim', 'append first', 'append last', 'api', 'expire', 'release', 'wake'] as const;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...moves), { maxLength: 25 }), async (steps) => {
          const race = await startRace(store, engine, clock);
          for (const [index, step] of steps.entries()) await race[step](`${index}`);
          const log = await store.log({ session: race.session, order: 'asc', limit: 100 });
          expect(log.map((row) => textOf(row.event))).toEqual(race.accepted);
          expect(log.map((row) => row.seq)).toEqual(race.accepted.map((_, index) => index + 1));
          await store.commit({ erases: [race.session] });
        }),
        { numRuns: 60 },
      );
    }));
}

function opening(workspace: WorkspaceId, ids: readonly SessionId[]): Batch {
  return { opens: ids, wakes: ids, puts: ids.map((id) => ({ doc: doc('session', id, {}, { workspace }) })) };
}

/** One session, everybody who ever held it, and what should have been accepted so far. */
async function startRace(store: Store, engine: Engine, clock: TestClock) {
  const session = await openSession(store, true);
  const leases: Lease[] = [];
  const accepted: string[] = [];
  let held = false;

  async function append(lease: Lease | undefined, text: string): Promise<void> {
    if (lease === undefined) return;
    const rows = await engine.append(lease, { rows: [line(text)] });
    expect(rows !== null).toBe(held && lease === leases.at(-1));
    if (rows !== null) accepted.push(text);
  }
  return {
    session,
    accepted,
    'append first': (text: string) => append(leases[0], text),
    'append last': (text: string) => append(leases.at(-1), text),
    async claim() {
      const claimed = await engine.claim(10);
      held ||= claimed.length > 0;
      leases.push(...claimed);
    },
    async api(text: string) {
      await store.commit({ append: [{ session, rows: [line(text)] }] });
      accepted.push(text);
    },
    async expire() {
      clock.advance(LEASE_OVER);
    },
    async release() {
      for (const lease of leases) await engine.release(lease, null);
      held = false;
    },
    wake: () => engine.wake(session),
  };
}

function releases(backend: Backend): void {
  test('a released session is idle, or due at the time given', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      await openSession(store, true);
      await engine.release(await claimOne(engine), clock.now() + 500);
      expect(await engine.claim(1)).toEqual([]);
      clock.advance(500);
      await engine.release(await claimOne(engine), null);
      clock.advance(LEASE_OVER);
      expect(await engine.claim(1)).toEqual([]);
    }));

  test('input that came in during the turn leaves the session due, whatever the turn wished', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store, true);
      for (const wish of [null, clock.now() + LEASE_OVER]) {
        for (const wakes of [[session], []]) {
          const lease = await claimOne(engine);
          await store.commit({ inbox: [{ session, event: message('more', null) }], wakes });
          await engine.release(lease, wish);
        }
      }
      const lease = await claimOne(engine);
      await engine.release(lease, null);
    }));

  test('a turn that took some input and left some is due again', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store);
      const [first, second] = [message('first', null), message('second', null)];
      await store.commit({ inbox: [first, second].map((event) => ({ session, event })), wakes: [session] });
      const lease = await claimOne(engine);
      await engine.append(lease, { rows: [{ event: first }], takes: [first.id] });
      await engine.release(lease, null);
      const again = await claimOne(engine);
      await engine.append(again, { rows: [{ event: second }], takes: [second.id] });
      await engine.release(again, null);
      expect(await engine.claim(1)).toEqual([]);
    }));

  test('a turn that leaves waiting input on purpose does not spin', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store);
      await store.commit({ inbox: [{ session, event: message('not yet', null) }], wakes: [session] });
      await engine.release(await claimOne(engine), null);
      expect(await engine.claim(1)).toEqual([]);
    }));

  test('after release the lease writes nothing more', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store, true);
      const lease = await claimOne(engine);
      await engine.release(lease, null);
      expect(await engine.append(lease, { rows: [line('late')] })).toBeNull();
      expect(await engine.renew(lease)).toBeNull();
      expect(await texts(store, session)).toEqual([]);
    }));
}

function appends(backend: Backend): void {
  test('a step writes lines, documents and tool calls and takes up input in one go', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store);
      const input = message('question', null);
      await store.commit({ inbox: [{ session, event: input }], wakes: [session] });
      const lease = await claimOne(engine);
      const call = toolUse('bash');
      const rows = await engine.append(lease, {
        rows: [{ event: { ...input, processed_at: '2026-01-01T00:00:01.000Z' } }, { event: call, memo: { turn: 1 } }],
        takes: [input.id],
        toolCalls: [{ toolUse: call.id, state: 'started' }],
        puts: [{ doc: doc('session', session, { status: 'running' }) }],
      });
      expect(rows).toMatchObject([
        { session, seq: 1, memo: null },
        { session, seq: 2, memo: { turn: 1 } },
      ]);
      expect(await store.inbox(session)).toEqual([]);
      expect(await store.findEvent(session, input.id)).toMatchObject({ processed_at: '2026-01-01T00:00:01.000Z' });
      expect((await store.get('session', session))?.body).toEqual({ status: 'running' });
      const started = { session, toolUse: call.id, epoch: lease.epoch, startedAt: clock.now() };
      expect(await engine.toolCalls(session)).toEqual([{ ...started, state: 'started' }]);
      clock.advance(5);
      await engine.append(lease, { rows: [], toolCalls: [{ toolUse: call.id, state: 'completed' }] });
      expect(await engine.toolCalls(session)).toEqual([{ ...started, state: 'completed' }]);
      expect(await engine.toolCalls(session, [toolUse('bash').id, call.id])).toHaveLength(1);
      expect(await engine.toolCalls(session, [toolUse('bash').id])).toEqual([]);
    }));

  test('a thread has a log and an inbox of its own, written under the lease of its session', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store, true);
      const thread = mint('sthr');
      const old = await claimOne(engine);
      const task = message('task', null);
      await store.commit({ puts: [{ doc: doc('session_thread', thread, 'first', { parent: session }) }] });
      const rows = await engine.append(old, {
        rows: [line('made a thread')],
        opens: [thread],
        append: [{ session: thread, rows: [line('begins')] }],
        inbox: [{ session: thread, event: task }],
      });
      expect(rows?.map((row) => [row.session, row.seq])).toEqual([
        [session, 1],
        [thread, 1],
      ]);
      expect(await store.inbox(session)).toEqual([]);
      expect(await store.inbox(thread)).toMatchObject([{ event: { id: task.id } }]);
      const heard: string[] = [];
      store.subscribe(thread, (item) => heard.push(item.kind));
      await engine.append(old, {
        rows: [],
        append: [{ session: thread, rows: [{ event: task }] }],
        threadTakes: [{ session: thread, id: task.id }],
        removes: [{ kind: 'session_thread', id: thread }],
      });
      expect(heard).toEqual(['logged']);
      expect(await store.inbox(thread)).toEqual([]);
      expect(await store.get('session_thread', thread)).toBeNull();
      expect(await texts(store, thread)).toEqual(['begins', 'task']);
      expect(await texts(store, session)).toEqual(['made a thread']);
      clock.advance(LEASE_OVER);
      const fresh = await claimOne(engine);
      expect(fresh.session).toBe(session);
      expect(await engine.append(old, { rows: [], append: [{ session: thread, rows: [line('zombie')] }] })).toBeNull();
      await store.commit({ erases: [thread] });
      expect(await texts(store, thread)).toEqual([]);
    }));

  test('a document that changed meanwhile rejects the step, and nothing of it is written', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store, true);
      await store.commit({ puts: [{ doc: doc('session', session, 'first') }] });
      const lease = await claimOne(engine);
      await store.commit({ puts: [{ doc: doc('session', session, 'second') }] });
      const call = toolUse('bash');
      await expect(
        engine.append(lease, {
          rows: [line('lost')],
          puts: [{ doc: doc('session', session, 'lost'), expect: 1 }],
          toolCalls: [{ toolUse: call.id, state: 'started' }],
        }),
      ).rejects.toBeInstanceOf(StaleDocument);
      expect(await texts(store, session)).toEqual([]);
      expect(await engine.toolCalls(session)).toEqual([]);
      expect(await engine.append(lease, { rows: [line('again')] })).toMatchObject([{ seq: 1 }]);
    }));
}

function wakes(backend: Backend): void {
  test('listeners hear of commits that wake, not of others, and not after they left', () =>
    inPlace(backend, async ({ store, engine }) => {
      let calls = 0;
      const session = await openSession(store);
      const stop = engine.onWake(() => {
        calls += 1;
      });
      await store.commit({ puts: [{ doc: doc('agent', 'a') }] });
      expect(calls).toBe(0);
      await store.commit({ wakes: [session] });
      await expect.poll(() => calls).toBe(1);
      await engine.wake(session);
      await expect.poll(() => calls).toBe(2);
      stop();
      await engine.wake(session);
      expect(calls).toBe(2);
    }));

  test('a wake brings a later appointment forward and puts no earlier one off', () =>
    inPlace(backend, async ({ store, engine, clock }) => {
      const session = await openSession(store, true);
      await engine.release(await claimOne(engine), clock.now() + LEASE_OVER);
      await engine.wake(session);
      expect(await engine.claim(1)).toMatchObject([{ session }]);
    }));

  test('waking a session that is not there does nothing', () =>
    inPlace(backend, async ({ store, engine }) => {
      await engine.wake('sesn_none');
      expect((await store.commit({ wakes: ['sesn_none'] })).ok).toBe(true);
      expect(await engine.claim(1)).toEqual([]);
    }));
}
