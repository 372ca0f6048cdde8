/** The half of the store's contract that is about one session: its log, its inbox, who listens. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mint } from '../../src/core/ids.ts';
import type { FeedItem, LogText } from '../../src/core/ports/store.ts';
import { type Backend, claimOne, doc, inPlace, line, message, openSession, textOf, texts, WORKSPACE } from './place.ts';

export function logAndInbox(backend: Backend): void {
  test('lines are numbered from 1 and read in both directions, from any point', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const answer = await store.commit({ append: [{ session, rows: ['a', 'b', 'c', 'd'].map(line) }] });
      expect(answer.ok && answer.appended.map((row) => row.seq)).toEqual([1, 2, 3, 4]);
      const read = async (order: 'asc' | 'desc', limit: number, after?: number) =>
        (await store.log({ session, order, limit, ...(after === undefined ? {} : { after }) })).map((row) => row.seq);
      expect(await read('asc', 2)).toEqual([1, 2]);
      expect(await read('asc', 9, 2)).toEqual([3, 4]);
      expect(await read('desc', 2)).toEqual([4, 3]);
      expect(await read('desc', 9, 3)).toEqual([2, 1]);
    }));

  test('a line comes back as it went in, with its memo', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const event = message('nul \u0000, half \ud800, “quotes”');
      await store.commit({ append: [{ session, rows: [{ event, memo: { signature: 'abc' } }, line('bare')] }] });
      expect(await store.log({ session, order: 'asc', limit: 1 })).toEqual([
        { session, seq: 1, event, memo: { signature: 'abc' } },
      ]);
      expect(await store.log({ session, order: 'desc', limit: 1 })).toMatchObject([{ seq: 2, memo: null }]);
    }));

  test('as text the lines are the same, in the same order, ready for the wire', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const rows = ['a', 'nul \u0000, half \ud800, “quotes”', 'c'].map(line);
      await store.commit({ append: [{ session, rows: rows.map((row) => ({ ...row, memo: 'for the run only' })) }] });
      const [first] = rows;
      const queries = [
        [{ order: 'asc' }, false],
        [{ order: 'desc' }, false],
        [{ order: 'asc', after: 1, limit: 1 }, true],
        [{ order: 'asc', after: 1, limit: 2 }, false],
        [{ order: 'desc', after: 3, limit: 1 }, true],
        [{ order: 'desc', after: 3, limit: 2 }, false],
        [{ order: 'asc', limit: 1, types: [first?.event.type ?? ''] }, true],
        [{ order: 'asc', limit: 1, types: ['session.deleted'] }, false],
      ] as const;
      for (const [query, more] of queries) {
        const read = await store.log({ session, limit: 9, ...query });
        const page = await store.logText({ session, limit: 9, ...query });
        expect(eventsIn(page)).toEqual(read.map((row) => row.event));
        expect({ query, ...page, events: null }).toEqual({
          query,
          events: null,
          last: read.at(-1)?.seq ?? 0,
          more,
          queued: false,
          workspace: '',
        });
      }
      const nothing = await store.logText({ session, order: 'asc', limit: 9, after: 3 });
      expect(nothing).toMatchObject({ last: 0, more: false, queued: false });
      await store.commit({ inbox: [{ session, event: message('waits') }] });
      expect(eventsIn(nothing)).toEqual([]);
      const beside = await store.logText({ session, order: 'desc', limit: 2 });
      expect(beside).toMatchObject({ last: 2, more: true, queued: true });
      const beyond = await store.logText({ session, order: 'asc', limit: 9, after: 3 });
      expect(beyond).toMatchObject({ last: 0, more: false, queued: true });
    }));

  test('a page says whose log it is, in either order and also where it is empty', () =>
    inPlace(backend, async ({ store }) => {
      const session = mint('sesn');
      await store.commit({ opens: [session], puts: [{ doc: doc('session', session) }] });
      await store.commit({ append: [{ session, rows: [line('one')] }] });
      for (const order of ['asc', 'desc'] as const) {
        for (const after of [undefined, 1]) {
          const page = await store.logText({ session, order, limit: 9, ...(after === undefined ? {} : { after }) });
          expect(page.workspace).toBe(WORKSPACE);
        }
        expect((await store.logText({ session: mint('sesn'), order, limit: 9 })).workspace).toBeNull();
      }
      await store.commit({ removes: [{ kind: 'session', id: session }], erases: [session] });
      expect((await store.logText({ session, order: 'asc', limit: 9 })).workspace).toBeNull();
    }));

  test('type and time of processing narrow a read', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const at = (second: number) => new Date(second * 1_000).toISOString();
      await store.commit({
        append: [
          {
            session,
            rows: [
              { event: message('one', at(1)) },
              { event: { id: mint('sevt'), type: 'session.status_running', processed_at: at(2) } },
              { event: message('three', at(3)) },
            ],
          },
        ],
      });
      const seqs = async (query: object) =>
        (await store.log({ session, order: 'asc', limit: 9, ...query })).map((row) => row.seq);
      expect(await seqs({ types: ['user.message'] })).toEqual([1, 3]);
      expect(await seqs({ types: ['session.status_running', 'session.error'] })).toEqual([2]);
      expect(await seqs({ types: [] })).toEqual([]);
      expect(await seqs({ processedAt: { gt: 1_000, lte: 3_000 } })).toEqual([2, 3]);
      expect(await seqs({ processedAt: { gte: 1_000, lt: 3_000 } })).toEqual([1, 2]);
      expect(await seqs({ types: ['user.message'], after: 1 })).toEqual([3]);
    }));

  test('input waits in the order of acceptance; an event is found where it stands', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const other = await openSession(store);
      const [a, b, logged] = [message('a', null), message('b', null), message('logged')];
      await store.commit({ inbox: [{ session, event: a }] });
      await store.commit({ inbox: [{ session, event: b }], append: [{ session, rows: [{ event: logged }] }] });
      expect(await store.inbox(session)).toEqual([
        { session, event: a },
        { session, event: b },
      ]);
      expect(await store.findEvent(session, b.id)).toEqual(b);
      expect(await store.findEvent(session, logged.id)).toEqual(logged);
      expect(await store.findEvent(session, mint('sevt'))).toBeNull();
      expect(await store.findEvent(other, b.id)).toBeNull();
    }));

  test('sequence numbers have no gap however many append at once', () =>
    inPlace(backend, async ({ store, engine }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5 })), { maxLength: 40 }),
          async (plan) => {
            const session = await openSession(store, true);
            const lease = await claimOne(engine);
            const answers = await Promise.all(
              plan.map(async ([fenced, count], index) => {
                const rows = Array.from({ length: count }, (_, n) => line(`${index}.${n}`));
                if (fenced) return engine.append(lease, { rows });
                const answer = await store.commit({ append: [{ session, rows }] });
                return answer.ok ? answer.appended : null;
              }),
            );
            await engine.release(lease, null);
            const log = await store.log({ session, order: 'asc', limit: 1_000 });
            expect(log.map((row) => row.seq)).toEqual(log.map((_, index) => index + 1));
            expect(log.map((row) => textOf(row.event))).toEqual(
              plan.flatMap(([, count], index) => Array.from({ length: count }, (_, n) => `${index}.${n}`)),
            );
            expect(answers.flatMap((rows) => rows?.map((row) => row.seq) ?? [])).toEqual(log.map((row) => row.seq));
          },
        ),
        { numRuns: 25 },
      );
    }));

  test('erasing a session takes its log, inbox and tool calls with it and leaves its neighbours', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store, true);
      const neighbour = await openSession(store);
      const lease = await claimOne(engine);
      const call = message('call').id;
      await engine.append(lease, { rows: [line('gone')], toolCalls: [{ toolUse: call, state: 'started' }] });
      await store.commit({
        inbox: [{ session, event: message('gone') }],
        append: [{ session: neighbour, rows: [line('stays')] }],
      });
      expect((await store.commit({ erases: [session] })).ok).toBe(true);
      expect(await texts(store, session)).toEqual([]);
      expect(await store.inbox(session)).toEqual([]);
      expect(await engine.toolCalls(session)).toEqual([]);
      expect(await engine.append(lease, { rows: [line('late')] })).toBeNull();
      expect(await texts(store, neighbour)).toEqual(['stays']);
    }));
}

/** The bytes of a page are the events of a JSON array. */
function eventsIn({ events }: LogText): unknown {
  return JSON.parse(`[${Buffer.from(events).toString()}]`);
}

export function feed(backend: Backend): void {
  test('a subscriber hears what is committed for its session, in log order, before the committer goes on', () =>
    inPlace(backend, async ({ store, engine }) => {
      const session = await openSession(store, true);
      const other = await openSession(store);
      const heard: FeedItem[] = [];
      store.subscribe(session, (item) => heard.push(item));
      const [a, b, c] = [message('a'), message('b'), message('c', null)];
      await store.commit({
        append: [
          { session, rows: [{ event: a }] },
          { session: other, rows: [line('x')] },
        ],
      });
      expect(heard).toEqual([{ kind: 'logged', seq: 1, event: a }]);
      const lease = await claimOne(engine);
      await engine.append(lease, { rows: [{ event: b }] });
      await store.commit({ inbox: [{ session, event: c }] });
      expect(heard.slice(1)).toEqual([
        { kind: 'logged', seq: 2, event: b },
        { kind: 'queued', event: c },
      ]);
    }));

  test('what a subscriber hears can be read at that moment', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const reads: Promise<string[]>[] = [];
      store.subscribe(session, () => reads.push(texts(store, session)));
      await store.commit({ append: [{ session, rows: [line('a')] }] });
      expect(await Promise.all(reads)).toEqual([['a']]);
    }));

  test('nothing is heard of a refused batch, nor after unsubscribing', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const heard: FeedItem[] = [];
      const stop = store.subscribe(session, (item) => heard.push(item));
      await store.commit({ puts: [{ doc: doc('agent', 'a'), expect: 7 }], append: [{ session, rows: [line('a')] }] });
      stop();
      await store.commit({ append: [{ session, rows: [line('b')] }] });
      expect(heard).toEqual([]);
    }));

  test('previews reach live subscribers only', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const heard: FeedItem[] = [];
      const preview = { type: 'event_start', event: { type: 'agent.message', id: mint('sevt') } } as const;
      store.preview(session, preview);
      store.subscribe(session, (item) => heard.push(item));
      store.preview(session, preview);
      await expect.poll(() => heard).toEqual([{ kind: 'preview', preview }]);
      expect(await texts(store, session)).toEqual([]);
    }));

  test('the last line of an erased session is heard, then its end', () =>
    inPlace(backend, async ({ store }) => {
      const session = await openSession(store);
      const heard: FeedItem[] = [];
      store.subscribe(session, (item) => heard.push(item));
      const last = { id: mint('sevt'), type: 'session.deleted', processed_at: '2026-01-01T00:00:00.000Z' } as const;
      await store.commit({ append: [{ session, rows: [{ event: last }] }], erases: [session] });
      expect(heard).toEqual([{ kind: 'logged', seq: 1, event: last }, { kind: 'erased' }]);
      expect(await store.commit({ append: [{ session, rows: [line('ghost')] }] })).toMatchObject({ why: 'stale' });
      expect(await texts(store, session)).toEqual([]);
    }));
}
