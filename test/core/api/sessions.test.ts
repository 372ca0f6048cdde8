import { expect, test } from 'vitest';
import { accept } from '../../../src/core/api/sessions/events/accept.ts';
import { createRelay } from '../../../src/core/api/sessions/events/relay.ts';
import { type EventInput, eventInput } from '../../../src/core/api/sessions/events/schema.ts';
import { checkSequence } from '../../../src/core/api/sessions/events/sequence.ts';
import { mountPath, refuseOverlap } from '../../../src/core/api/sessions/resources/mount.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import type { FeedItem } from '../../../src/core/ports/store.ts';

const at = '2026-11-21T04:00:00.000Z';
const message: SessionEvent = { id: 'sevt_1', type: 'agent.message', processed_at: at, content: [] };
const logged = (seq: number, event: SessionEvent): FeedItem => ({ kind: 'logged', seq, event });
const starts = logged(1, { id: 'sevt_s', type: 'span.model_request_start', processed_at: at });
const begin: FeedItem = {
  kind: 'preview',
  preview: { type: 'event_start', event: { type: 'agent.message', id: 'sevt_1' } },
};
const delta: FeedItem = {
  kind: 'preview',
  preview: {
    type: 'event_delta',
    event_id: 'sevt_1',
    delta: { type: 'content_delta', index: 0, content: { type: 'text', text: 'he' } },
  },
};

test('mount paths end below the uploads folder or are refused', () => {
  expect(mountPath(null, 'file_1')).toBe('/mnt/session/uploads/file_1');
  expect(mountPath('/data.csv', 'file_1')).toBe('/mnt/session/uploads/data.csv');
  expect(mountPath('a//b.csv', 'file_1')).toBe('/mnt/session/uploads/a/b.csv');
  expect(mountPath('/mnt/session/uploads/x.log', 'file_1')).toBe('/mnt/session/uploads/x.log');
  for (const bad of ['/', '..', '../x', '/a/../../x', 'dir/', '/mnt/session/uploads/', 'a\0b']) {
    expect(() => mountPath(bad, 'file_1')).toThrow('mount_path');
  }
});

test('no two files at one path, and none inside another', () => {
  expect(() => refuseOverlap(['/u/a'], '/u/b')).not.toThrow();
  expect(() => refuseOverlap(['/u/a'], '/u/ab')).not.toThrow();
  expect(() => refuseOverlap(['/u/a'], '/u/a')).toThrow('in the way');
  expect(() => refuseOverlap(['/u/a/b'], '/u/a')).toThrow('in the way');
});

test('messages wait with a null time, tool results are stamped on receipt', () => {
  const now = Date.parse(at);
  expect(accept({ type: 'user.message', content: [{ type: 'text', text: 'x' }] }, now).processed_at).toBeNull();
  expect(accept({ type: 'user.interrupt' }, now).processed_at).toBeNull();
  expect(accept({ type: 'user.custom_tool_result', custom_tool_use_id: 'sevt_1' }, now).processed_at).toBe(at);
});

test('a deny message goes with deny only, and redacted blocks cannot be sent', () => {
  const accepts = (event: unknown) => eventInput.safeParse(event).success;
  const confirmation = { type: 'user.tool_confirmation', tool_use_id: 'sevt_1' };
  expect(accepts({ ...confirmation, result: 'deny', deny_message: 'no' })).toBe(true);
  expect(accepts({ ...confirmation, result: 'allow', deny_message: 'no' })).toBe(false);
  expect(accepts({ type: 'user.message', content: [{ type: 'redacted' }] })).toBe(false);
  expect(accepts({ type: 'user.message', content: [] })).toBe(false);
});

test('a system message stands last, once, and behind what a user or a tool said', () => {
  const says: EventInput = { type: 'user.message', content: [{ type: 'text', text: 'x' }] };
  const system: EventInput = { type: 'system.message', content: [{ type: 'text', text: 'x' }] };
  expect(() => checkSequence([says, system])).not.toThrow();
  expect(() => checkSequence([system])).toThrow('follow');
  expect(() => checkSequence([system, says])).toThrow('last');
  expect(() => checkSequence([{ type: 'user.interrupt' }, system])).toThrow('follow');
});

test('previews are shown to who asked, from their start on, for requests begun while connected', () => {
  const asked = createRelay(['agent.message'], 0);
  expect([starts, begin, delta, logged(2, message)].flatMap(asked.live).map((frame) => frame.event)).toEqual([
    'span.model_request_start',
    'event_start',
    'event_delta',
    'agent.message',
  ]);
  const silent = createRelay([], 0);
  expect([starts, begin, delta].flatMap(silent.live)).toHaveLength(1);
  const late = createRelay(['agent.message'], 0);
  expect([begin, delta, logged(2, message)].flatMap(late.live).map((frame) => frame.event)).toEqual(['agent.message']);
});

test('after the final event its preview goes no further', () => {
  const relay = createRelay(['agent.message'], 0);
  [starts, begin, logged(2, message)].flatMap(relay.live);
  expect(relay.live(delta)).toEqual([]);
});

test('what was replayed is not shown again, and only persisted frames carry an id', () => {
  const relay = createRelay([], 1);
  expect(relay.replay(2, message)).toEqual([{ event: 'agent.message', id: 2, data: message }]);
  expect([starts, logged(2, message)].flatMap(relay.live)).toEqual([]);
  const waiting: SessionEvent = { id: 'sevt_9', type: 'user.interrupt', processed_at: null };
  expect(relay.live({ kind: 'queued', event: waiting })).toEqual([{ event: 'user.interrupt', data: waiting }]);
  expect(relay.live({ kind: 'queued', event: { ...waiting, processed_at: at } })).toEqual([]);
});

test('a stream is over after the last event of its session, and says nothing more', () => {
  const relay = createRelay([], 0);
  relay.live(logged(3, { id: 'sevt_t', type: 'session.status_terminated', processed_at: at }));
  expect(relay.ended()).toBe(true);
  expect(relay.live(logged(4, message))).toEqual([]);
});
