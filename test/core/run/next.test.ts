/** Given a log, when it is folded, then this is the next step: the policy of the loop as a table. */

import { describe, expect, test } from 'vitest';
import type { SessionEvent, StopReason } from '../../../src/core/events.ts';
import { type EventId, mint } from '../../../src/core/ids.ts';
import { admit } from '../../../src/core/run/admit.ts';
import { defaultLimits } from '../../../src/core/run/limits.ts';
import { next } from '../../../src/core/run/next.ts';
import type { Memo } from '../../../src/core/run/state/memo.ts';
import { emptyState, fold, type State } from '../../../src/core/run/state.ts';
import { aReport } from './a-report.ts';

type Given = { event: SessionEvent; memo?: Memo };
const now = Date.parse('2026-11-21T05:00:00.000Z');
const stamp = (id: string = mint('sevt')) => ({ id: id as EventId, processed_at: new Date(now).toISOString() });
const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

const message: Given = { event: { ...stamp(), type: 'user.message', content: [{ type: 'text', text: 'hi' }] } };
const interrupt: Given = { event: { ...stamp(), type: 'user.interrupt' } };
const running: Given = { event: { ...stamp(), type: 'session.status_running' } };
const asked: Given = { event: { ...stamp('sevt_r'), type: 'span.model_request_start' } };
const end = (memo: Memo): Given => ({
  event: {
    ...stamp(),
    type: 'span.model_request_end',
    model_request_start_id: 'sevt_r',
    is_error: false,
    model_usage: usage,
  },
  memo,
});
const answered = (
  stop: 'end_turn' | 'tool_use' | 'max_tokens' | 'pause_turn' | 'refusal',
  ...calls: EventId[]
): Given => end({ kind: 'answer', stop, parts: calls.map((call) => ({ call })), cost: 0, refusal: null });
const bash = (id: string, permission: 'allow' | 'ask' = 'allow'): Given => ({
  event: { ...stamp(id), type: 'agent.tool_use', name: 'bash', input: {}, evaluated_permission: permission },
  memo: { kind: 'call', by: 'hands' },
});
const custom = (id: string): Given => ({
  event: { ...stamp(id), type: 'agent.custom_tool_use', name: 'ask', input: {} },
});
const result = (id: EventId): Given => ({ event: { ...stamp(), type: 'agent.tool_result', tool_use_id: id } });
const reply = (id: EventId): Given => ({
  event: { ...stamp(), type: 'user.custom_tool_result', custom_tool_use_id: id },
});
const decided = (id: EventId, verdict: 'allow' | 'deny'): Given => ({
  event: { ...stamp(), type: 'user.tool_confirmation', tool_use_id: id, result: verdict },
});
const idle = (stop_reason: StopReason): Given => ({
  event: { ...stamp(), type: 'session.status_idle', stop_reason, stop_details: null },
});
const error = (type: 'retrying' | 'exhausted', at = 0): Given => ({
  event: { ...stamp(), type: 'session.error', error: { type: 'unknown_error', message: '', retry_status: { type } } },
  memo: { kind: 'retry', at },
});

function given(...rows: Given[]): State {
  return rows.reduce((state, one, index) => fold(state, { ...one, seq: index + 1 }), emptyState());
}
const step = (state: State, over: { now?: number; broke?: boolean; advised?: boolean; window?: number } = {}) =>
  next(state, { now, limits: defaultLimits, broke: false, advised: true, window: 200_000, ...over });
const turn = [message, running, asked];

describe('given, when, then', () => {
  test.each<[string, State, object]>([
    ['nothing has happened', given(), { do: 'release', wakeAt: null }],
    ['a message came', given(message), { do: 'call-model' }],
    ['a request was never closed', given(...turn), { do: 'recover', request: 'sevt_r' }],
    ['a request was cut off by a crash', given(...turn, end({ kind: 'crashed' })), { do: 'call-model' }],
    ['the model is done', given(...turn, answered('end_turn')), { do: 'idle', why: { type: 'end_turn' } }],
    ['the model paused', given(...turn, answered('pause_turn')), { do: 'call-model' }],
    ['the text was cut off', given(...turn, answered('max_tokens')), { do: 'call-model' }],
    ['the model refused', given(...turn, answered('refusal')), { do: 'idle', why: { type: 'refusal' } }],
    [
      'a call may run',
      given(...turn, bash('sevt_a'), answered('tool_use', 'sevt_a')),
      { do: 'use-tools', calls: [{ id: 'sevt_a' }] },
    ],
    [
      'one call may run and two wait',
      given(
        ...turn,
        bash('sevt_a'),
        bash('sevt_b', 'ask'),
        custom('sevt_c'),
        answered('tool_use', 'sevt_a', 'sevt_b', 'sevt_c'),
      ),
      { do: 'use-tools', calls: [{ id: 'sevt_a' }] },
    ],
    [
      'two calls wait',
      given(...turn, bash('sevt_b', 'ask'), custom('sevt_c'), answered('tool_use', 'sevt_b', 'sevt_c')),
      { do: 'idle', why: { type: 'requires_action', event_ids: ['sevt_b', 'sevt_c'] } },
    ],
    [
      'one of two is allowed, the other waits',
      given(
        ...turn,
        bash('sevt_b', 'ask'),
        custom('sevt_c'),
        answered('tool_use', 'sevt_b', 'sevt_c'),
        decided('sevt_b', 'allow'),
      ),
      { do: 'idle', why: { type: 'requires_action', event_ids: ['sevt_c'] } },
    ],
    [
      'the same pause was announced',
      given(
        ...turn,
        custom('sevt_c'),
        answered('tool_use', 'sevt_c'),
        idle({ type: 'requires_action', event_ids: ['sevt_c'] }),
      ),
      { do: 'release', wakeAt: null },
    ],
    [
      'all are decided',
      given(
        ...turn,
        bash('sevt_b', 'ask'),
        custom('sevt_c'),
        answered('tool_use', 'sevt_b', 'sevt_c'),
        decided('sevt_b', 'deny'),
        reply('sevt_c'),
      ),
      { do: 'use-tools', calls: [{ id: 'sevt_b', decision: { allow: false } }] },
    ],
    [
      'the last result is in',
      given(...turn, bash('sevt_a'), answered('tool_use', 'sevt_a'), result('sevt_a')),
      { do: 'call-model' },
    ],
    [
      'an interrupt finds an open call',
      given(...turn, custom('sevt_c'), answered('tool_use', 'sevt_c'), interrupt),
      { do: 'close-calls', calls: [{ id: 'sevt_c' }] },
    ],
    [
      'an interrupt finds a turn',
      given(...turn, end({ kind: 'cut' }), interrupt),
      { do: 'idle', why: { type: 'end_turn' } },
    ],
    [
      'an interrupt finds a session at rest',
      given(...turn, answered('end_turn'), idle({ type: 'end_turn' }), interrupt),
      { do: 'release', wakeAt: null },
    ],
    [
      'a late answer comes',
      given(...turn, answered('end_turn'), idle({ type: 'end_turn' }), reply('sevt_c')),
      { do: 'release', wakeAt: null },
    ],
    [
      'the model failed for now',
      given(...turn, end({ kind: 'cut' }), error('retrying', now + 500)),
      { do: 'release', wakeAt: now + 500 },
    ],
    [
      'the time to try again has come',
      given(...turn, end({ kind: 'cut' }), error('retrying', now)),
      { do: 'call-model' },
    ],
    [
      'the model failed for good',
      given(...turn, end({ kind: 'cut' }), error('exhausted')),
      { do: 'idle', why: { type: 'retries_exhausted' } },
    ],
    [
      'the session is over',
      given(message, { event: { ...stamp(), type: 'session.status_terminated' } }),
      { do: 'release', wakeAt: null },
    ],
  ])('%s', (_, state, expected) => {
    expect(step(state)).toMatchObject(expected);
  });

  test('a used-up budget stops before the request, once, and lets it go on when raised', () => {
    const state = given(message, running);
    expect(step(state, { broke: true })).toMatchObject({ do: 'idle', why: { type: 'budget_reached' } });
    const paused = given(message, running, idle({ type: 'budget_reached' }));
    expect(step(paused, { broke: true })).toEqual({ do: 'release', wakeAt: null });
    expect(step(paused)).toEqual({ do: 'call-model' });
  });
});

describe('a budget that is used up', () => {
  const define: Given = {
    event: { ...stamp(), ...aReport },
  };

  test('before the grader was asked puts the grading off, and does not do away with it', () => {
    const worked = [define, running, asked, answered('end_turn')];
    expect(step(given(...worked), { broke: true })).toMatchObject({ do: 'idle', why: { type: 'budget_reached' } });
    const paused = given(...worked, idle({ type: 'budget_reached' }));
    expect(step(paused, { broke: true })).toEqual({ do: 'release', wakeAt: null });
    expect(step(paused)).toMatchObject({ do: 'evaluate' });
  });

  test('ends a consultation that a dead process left behind, and then the session rests', () => {
    const thread = mint('sthr');
    const named = { session_thread_id: thread, agent_name: 'anthropic.advisor' };
    const asks: Memo = {
      kind: 'answer',
      stop: 'tool_use',
      parts: [{ aside: { id: mint('sevt'), name: 'advisor', input: {}, result: 'is asked', isError: false } }],
      cost: 0,
      refusal: null,
    };
    const consulting = [
      ...turn,
      end(asks),
      { event: { ...stamp(), type: 'session.thread_created' as const, workflow_run_id: null, ...named } },
    ];
    expect(step(given(...consulting))).toEqual({ do: 'consult', thread });
    expect(step(given(...consulting), { broke: true })).toEqual({ do: 'close-advice', thread });
    const ended: Given = { event: { ...stamp(), type: 'session.thread_status_terminated', ...named } };
    const closed = given(...consulting, ended);
    expect(step(closed, { broke: true })).toMatchObject({ do: 'idle', why: { type: 'budget_reached' } });
    expect(step(closed)).toEqual({ do: 'call-model' });
    // The session's agent was changed since: there is nobody to be asked any more.
    expect(step(given(...consulting), { advised: false })).toEqual({ do: 'close-advice', thread });
    expect(step(given(...turn, end(asks)), { advised: false })).toEqual({ do: 'call-model' });
  });
});

test('calls that take their server with them are crashes of the turn, and end it', () => {
  const rows = Array.from({ length: 6 }, (_, index): Given[] => {
    const id: EventId = `sevt_${index}`;
    const lost: Given = { ...result(id), memo: { kind: 'crashed' } };
    return [asked, bash(id), answered('tool_use', id), lost];
  });
  expect(step(given(message, running, ...rows.slice(0, 5).flat()))).toEqual({ do: 'call-model' });
  expect(step(given(message, running, ...rows.flat()))).toMatchObject({ do: 'fail', error: 'unknown_error' });
});

describe('which input is taken up', () => {
  const events = (...given: Given[]) => given.map((one) => one.event);
  const waiting = given(...turn, custom('sevt_c'), answered('tool_use', 'sevt_c'));
  const retrying = given(...turn, end({ kind: 'cut' }), error('retrying', now + 500));
  test.each<[string, State, Given[], Given[]]>([
    ['messages at rest, in order', given(), [message, message], [message, message]],
    ['no message while a call is open', waiting, [message], []],
    ['an answer while a call is open, past a message', waiting, [message, reply('sevt_c')], [reply('sevt_c')]],
    ['an interrupt past everything in a turn', waiting, [message, interrupt], [interrupt]],
    ['an interrupt with the message before it at rest', given(), [message, interrupt], [message, interrupt]],
    ['no message before its retry', retrying, [message], []],
    ['an interrupt before the retry', retrying, [message, interrupt], [interrupt]],
    [
      'everything when the turn has failed',
      given(...turn, end({ kind: 'cut' }), error('exhausted')),
      [message],
      [message],
    ],
    ['nothing while a request is open on record', given(...turn), [message, interrupt], []],
  ])('%s', (_, state, queue, expected) => {
    expect(admit(state, events(...queue), now).map((event) => event.type)).toEqual(
      events(...expected).map((event) => event.type),
    );
  });
});

test('running time adds up over turns', () => {
  const at = (event: SessionEvent, ms: number): Given => ({
    event: { ...event, processed_at: new Date(now + ms).toISOString() },
  });
  const state = given(
    at(running.event, 0),
    at(idle({ type: 'end_turn' }).event, 1_500),
    at(running.event, 9_000),
    at(idle({ type: 'end_turn' }).event, 9_500),
  );
  expect(state).toMatchObject({ activeMs: 2_000, runningSince: null });
});
