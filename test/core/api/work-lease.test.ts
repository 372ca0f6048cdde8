import { expect, test } from 'vitest';
import {
  acknowledged,
  beaten,
  holds,
  isOpen,
  mayOffer,
  offered,
  settled,
  stopped,
} from '../../../src/core/api/environments/work/lease.ts';
import { newWork, type WorkBody } from '../../../src/core/work.ts';

const START = Date.UTC(2026, 0, 1);
const place = { session: 'sesn_1', environment: 'env_1', workspace: 'wrkspc_1' } as const;

/** The first document of a new item is the item. */
function item(): WorkBody {
  const body: unknown = newWork(place, START)[0]?.doc.body;
  return body as WorkBody;
}
const active = () => beaten(acknowledged(offered(item(), START, 'one'), START, 90), START, 90);

test('an item nobody acknowledges is offered again after a while, under one more token', () => {
  const once = offered(item(), START, 'one');
  expect([0, 4999].map((ms) => mayOffer(once, START + ms, 5000))).toEqual([false, false]);
  expect(mayOffer(once, START + 5000, 5000)).toBe(true);
  expect(offered(once, START + 5000, 'two').hidden.tokens).toEqual(['one', 'two']);
  expect(mayOffer(acknowledged(once, START, 90), START + 5000, 5000)).toBe(false);
});

test('what a silent worker held goes back to the queue, and its tokens are of the past', () => {
  const work = active();
  expect(settled(work, START + 89_999)).toBe(work);
  const back = settled(work, START + 90_000);
  expect(back).toMatchObject({
    state: 'queued',
    acknowledged_at: null,
    started_at: null,
    latest_heartbeat_at: null,
    hidden: { queued_at: START + 90_000, offered_at: null, lease_until: null, tokens: [], former_tokens: ['one'] },
  });
  expect(mayOffer(back, START + 90_000, 5000)).toBe(true);
  expect(holds(back, work.latest_heartbeat_at ?? '')).toBe(false);
  expect(holds(back, 'NO_HEARTBEAT')).toBe(true);
  const acked = acknowledged(item(), START, 90);
  expect(settled(acked, START + 90_000).state).toBe('queued');
});

test('a heartbeat moves the end of the lease, and two at the same time have different names', () => {
  const first = active();
  const second = beaten(first, START, 10);
  expect(second.latest_heartbeat_at).not.toBe(first.latest_heartbeat_at);
  expect(second.started_at).toBe(first.started_at);
  expect(settled(second, START + 10_000).state).toBe('queued');
  expect(holds(second, first.latest_heartbeat_at ?? '')).toBe(false);
  expect(holds(second, undefined)).toBe(true);
});

test('an item that should stop has stopped when its worker confirms it or says nothing more', () => {
  const asked = stopped(active(), START, { worker: false, force: false });
  expect(asked.state).toBe('stopping');
  expect(isOpen(asked)).toBe(true);
  expect(stopped(asked, START, { worker: false, force: false })).toBe(asked);
  expect(stopped(asked, START, { worker: true, force: false }).state).toBe('stopped');
  expect(settled(asked, START + 90_000)).toMatchObject({ state: 'stopped', stopped_at: '2026-01-01T00:01:30.000Z' });
  const released = stopped(active(), START, { worker: true, force: false });
  expect([released.state, isOpen(released)]).toEqual(['stopping', false]);
  const forced = stopped(active(), START, { worker: false, force: true });
  expect([forced.state, isOpen(forced)]).toEqual(['stopped', false]);
  expect(stopped(item(), START, { worker: false, force: false }).state).toBe('stopped');
});
