/** Several nodes on one database: what each of them sees of what another does, and what becomes of it when one goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../../src/core/adapters/postgres/connection.ts';
import { createDeathWatch } from '../../../../src/core/adapters/postgres/death-watch.ts';
import { openPostgres } from '../../../../src/core/adapters/postgres/index.ts';
import { join, sweep } from '../../../../src/core/adapters/postgres/members.ts';
import { mint, type SessionId } from '../../../../src/core/ids.ts';
import type { FeedItem } from '../../../../src/core/ports/store.ts';
import { claimOne, doc, line, message, openSession, WORKSPACE } from '../../../contract/place.ts';
import { freshSchema, missingPostgres, type RealPostgres, startPostgres } from '../../../kit/real-postgres.ts';

const missing = missingPostgres();
let server: RealPostgres;
beforeAll(async () => {
  if (missing === null) server = await startPostgres();
});
afterAll(() => server?.stop());

type Node = Awaited<ReturnType<typeof openPostgres>>;

async function nodes(count: number): Promise<Node[]> {
  const place = { url: server.url, schema: freshSchema(), clock: { now: () => Date.now() } };
  const opened = await Promise.all(Array.from({ length: count }, () => openPostgres(place)));
  onTestFinished(async () => {
    await Promise.all(opened.map((node) => node.store.close()));
  });
  return opened;
}

function pair([a, b]: Node[]): { a: Node; b: Node } {
  if (a === undefined || b === undefined) throw new Error('two nodes were asked for');
  return { a, b };
}

/** A read after it, as the stream of the API makes: from then on it holds for what other nodes commit, too. */
async function listen(node: Node, session: SessionId): Promise<FeedItem[]> {
  const heard: FeedItem[] = [];
  node.store.subscribe(session, (item) => heard.push(item));
  await node.store.get('session', session);
  return heard;
}

const lines = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === 'logged' ? [item.seq] : []));

describe.skipIf(missing !== null)(`several nodes on PostgreSQL${missing === null ? '' : ` (${missing})`}`, () => {
  test('nodes that start together make the tables once', async () => {
    const opened = await nodes(4);
    const { store } = pair(opened).a;
    expect(await store.health()).toMatchObject({ ok: true });
    await Promise.all(opened.map((node, index) => node.store.commit({ puts: [{ doc: doc('agent', `a${index}`) }] })));
    const query = { kind: 'agent', workspace: WORKSPACE, order: 'asc', limit: 9, includeArchived: true } as const;
    expect((await store.list(query)).map((row) => row.id).sort()).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  test('a subscriber hears in order, once, whatever all nodes append to its session at the same time', async () => {
    const opened = await nodes(3);
    const { a } = pair(opened);
    const session = await openSession(a.store);
    const heard = await Promise.all(opened.map((node) => listen(node, session)));
    const writes = opened.flatMap(({ store }, node) =>
      Array.from({ length: 40 }, (_, n) => store.commit({ append: [{ session, rows: [line(`${node}.${n}`)] }] })),
    );
    await Promise.all(writes);
    const all = Array.from({ length: 120 }, (_, index) => index + 1);
    for (const items of heard) await expect.poll(() => lines(items)).toEqual(all);
  });

  test('input that one node accepts is heard on another while it waits, once', async () => {
    const { a, b } = pair(await nodes(2));
    const session = await openSession(a.store);
    const heard = await listen(b, session);
    const [first, second] = [message('first', null), message('second', null)];
    await a.store.commit({ inbox: [{ session, event: first }] });
    await expect.poll(() => heard).toEqual([{ kind: 'queued', event: first }]);
    await b.store.commit({ inbox: [{ session, event: second }] });
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(heard.map((item) => item.kind === 'queued' && item.event.id)).toEqual([first.id, second.id]);
  });

  test('previews reach the subscribers of other nodes between the lines they belong to', async () => {
    const { a, b } = pair(await nodes(2));
    const session = await openSession(a.store);
    const heard = await listen(b, session);
    const event_id = mint('sevt');
    await a.store.commit({ append: [{ session, rows: [line('before')] }] });
    a.store.preview(session, { type: 'event_start', event: { type: 'agent.message', id: event_id } });
    await a.store.commit({ append: [{ session, rows: [line('after')] }] });
    await expect.poll(() => heard.map((item) => item.kind)).toEqual(['logged', 'preview', 'logged']);
  });

  test('the last line of a session erased elsewhere is heard, then its end', async () => {
    const { a, b } = pair(await nodes(2));
    const session = await openSession(a.store);
    const heard = await listen(b, session);
    const last = { id: mint('sevt'), type: 'session.deleted', processed_at: '2026-01-01T00:00:00.000Z' } as const;
    await a.store.commit({ append: [{ session, rows: [{ event: last }] }], erases: [session] });
    await expect.poll(() => heard).toEqual([{ kind: 'logged', seq: 1, event: last }, { kind: 'erased' }]);
  });

  test('of many nodes that make the same document one wins', async () => {
    const opened = await nodes(3);
    for (let round = 0; round < 10; round++) {
      const id = `name-${round}`;
      const answers = await Promise.all(
        opened.map(({ store }, index) => store.commit({ puts: [{ doc: doc('agent', id, index), expect: 0 }] })),
      );
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
      const winner = answers.findIndex((answer) => answer.ok);
      expect(await pair(opened).a.store.get('agent', id)).toMatchObject({ revision: 1, body: winner });
    }
  });

  test('a session is claimed by one node, and work that one accepts wakes the others', async () => {
    const opened = await nodes(3);
    const { a, b } = pair(opened);
    let woken = 0;
    b.engine.onWake(() => {
      woken += 1;
    });
    const sessions = await Promise.all(Array.from({ length: 12 }, () => openSession(a.store, true)));
    await expect.poll(() => woken).toBeGreaterThan(0);
    const leases = (await Promise.all(opened.map(({ engine }) => engine.claim(12)))).flat();
    expect(leases.map((lease) => lease.session).sort()).toEqual([...sessions].sort());
  });

  test('the node that ran a session last takes it up again; when it does not, others do', async () => {
    const { a, b } = pair(await nodes(2));
    const session = await openSession(a.store, true);
    await a.engine.release(await claimOne(a.engine), null);
    await b.engine.wake(session);
    expect(await b.engine.claim(1)).toEqual([]);
    await a.engine.release(await claimOne(a.engine), null);
    await b.engine.wake(session);
    await expect.poll(() => b.engine.claim(1)).toMatchObject([{ session }]);
    await a.store.close();
    const orphan = await openSession(b.store, true);
    await expect.poll(() => b.engine.claim(1)).toMatchObject([{ session: orphan }]);
  });

  test('who waits for a node hears of its death at once, and can be called away', async () => {
    const place = { url: server.url, schema: freshSchema() };
    const { store } = await openPostgres({ ...place, clock: { now: () => Date.now() } });
    await store.close();
    const [dying, lookout] = [await connect(place, 'test'), await connect(place, 'test')];
    const watch = createDeathWatch(() => connect(place, 'test'));
    onTestFinished(async () => {
      for (const open of [watch, lookout, dying]) await open.close();
    });
    const id = await join(dying, place.schema, 'dying', 0);
    const self = await join(lookout, place.schema, 'lookout', 0);
    const { next } = await sweep(lookout, place.schema, self);
    if (next === null) throw new Error('there is another node');
    expect(next.id).toBe(id);
    const ended = async (end: () => Promise<unknown>) => {
      let over = false;
      const waiting = watch.wait(next).then(() => {
        over = true;
      });
      await sleep(200);
      expect(over).toBe(false);
      const from = performance.now();
      await end();
      await waiting;
      return performance.now() - from;
    };
    expect(await ended(() => watch.end(lookout))).toBeLessThan(1_000);
    expect(await ended(() => dying.close())).toBeLessThan(1_000);
    expect(await sweep(lookout, place.schema, self)).toMatchObject({ peers: 0, next: null });
  });

  test('while one node holds the key of a blob, another removes none', async () => {
    const { a, b } = pair(await nodes(2));
    const removed: number[] = [];
    const remove = () => b.blobs.whileUnheld(async () => void removed.push(1));
    await a.blobs.hold(async () => {
      expect(await remove()).toBe(false);
    });
    await expect.poll(remove).toBe(true);
    expect(removed).toHaveLength(1);
  });

  test('agreements are made by the first that asks', async () => {
    const { a, b } = pair(await nodes(2));
    expect([await a.agree('key', 'one'), await b.agree('key', 'two')]).toEqual(['one', 'one']);
  });
});
