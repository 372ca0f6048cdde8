import { describe, expect, test } from 'vitest';
import type { SessionBody } from '../../../src/core/documents.ts';
import { type Sandboxes, SandboxGone } from '../../../src/core/ports/sandbox.ts';
import { onStage } from './on-stage.ts';
import { sandboxesOf } from './sandboxes-of.ts';
import { say, workspace } from './stage.ts';

const on = onStage();
const ok = { blocks: [{ text: 'fine' }] };

describe('when the model fails', () => {
  test('a passing fault is retried after a pause, and the session says so', async () => {
    const it = await on({ script: [{ ...ok, faults: [{ fault: 'overloaded' }] }] });
    const began = Date.now();
    await it.send(say('go'));
    expect(await it.idle('end_turn')).toEqual([
      'user.message',
      'session.status_running',
      'session.thread_status_running',
      'span.model_request_start',
      'span.model_request_end',
      'session.error',
      'session.thread_status_rescheduled',
      'session.status_rescheduled',
      'session.status_running',
      'session.thread_status_running',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ]);
    expect(Date.now() - began).toBeGreaterThan(350);
    expect((await it.find('session.error'))[0]?.error).toMatchObject({
      type: 'model_overloaded_error',
      retry_status: { type: 'retrying' },
    });
    expect((await it.find('span.model_request_end')).map((end) => end.is_error)).toEqual([true, false]);
  });

  test('the wait that the service asks for is kept', async () => {
    const it = await on({ script: [{ ...ok, faults: [{ fault: 'rate_limited', retryAfterMs: 900 }] }] });
    const began = Date.now();
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(Date.now() - began).toBeGreaterThan(890);
  });

  test('a wait of a day is cut to two minutes', async () => {
    const it = await on({ script: [{ ...ok, faults: [{ fault: 'rate_limited', retryAfterMs: 86_400_000 }] }] });
    await it.send(say('go'));
    await it.until(async () => (await it.body()).status === 'rescheduling');
    const rows = await it.ports.store.log({ session: it.session, order: 'asc', limit: 100 });
    const { memo, event } = rows.find(({ event }) => event.type === 'session.error') ?? {};
    const at = Number(Object(memo).at) - Date.parse(String(event?.processed_at));
    expect(at).toBeGreaterThan(100_000);
    expect(at).toBeLessThanOrEqual(121_000);
  });

  test('an answer that stops short of its end counts as a failure, and nothing of it is kept', async () => {
    const it = await on({
      script: [
        { blocks: [{ text: 'half' }, { tool: 'bash', input: { command: 'true' } }], faults: [{ cut: true }] },
        ok,
      ],
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(await it.find('agent.tool_use')).toHaveLength(1);
    expect((await it.find('session.error'))[0]?.error.type).toBe('model_request_failed_error');
  });

  test('after the last attempt the turn ends and what was queued is flushed with it', async () => {
    const faults = Array(2).fill({ fault: 'server' as const });
    let asked = 0;
    const it = await on({ script: () => (++asked <= 2 ? { ...ok, faults } : ok), limits: { attempts: 2 } });
    await it.send(say('go'));
    await it.until(async () => (await it.body()).status === 'rescheduling');
    await it.send(say('me too'));
    await it.idle('retries_exhausted');
    expect((await it.find('session.error')).map((event) => event.error.retry_status.type)).toEqual([
      'retrying',
      'exhausted',
    ]);
    expect(await it.find('user.message')).toHaveLength(2);
    expect(await it.ports.store.inbox(it.session)).toEqual([]);
    await it.send(say('once more'));
    await it.idle('end_turn');
  });

  test('a fault that no retry can mend ends the turn at once', async () => {
    const it = await on({ script: [{ ...ok, faults: [{ fault: 'authentication' }] }] });
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect(it.requests).toHaveLength(1);
    expect((await it.body()).status).toBe('idle');
  });

  test('an interrupt ends the wait for a retry', async () => {
    const it = await on({ script: [{ ...ok, faults: [{ fault: 'overloaded', retryAfterMs: 60_000 }] }] });
    await it.send(say('go'));
    await it.until(async () => (await it.body()).status === 'rescheduling');
    await it.send({ type: 'user.interrupt' });
    await it.idle('end_turn');
    expect(it.requests).toHaveLength(1);
  });

  test('an adapter that breaks its promise is an event, not a crash', async () => {
    const it = await on({
      script: () => {
        throw new TypeError('boom');
      },
    });
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect((await it.find('session.error'))[0]?.error.message).toContain('boom');
  });
});

describe('answers that end otherwise', () => {
  test('a refusal is told with its reason and its text withheld; the next message starts afresh', async () => {
    const refusal = { category: 'cyber', explanation: 'no' };
    const it = await on({
      script: (request) =>
        request.messages.length === 1 && request.messages[0]?.content.length === 1
          ? { blocks: [{ text: 'I could' }], stop: 'refusal', refusal }
          : ok,
    });
    await it.send(say('go'));
    await it.idle('refusal');
    expect(await it.find('agent.message')).toEqual([]);
    expect((await it.find('session.status_idle'))[0]?.stop_details).toEqual({ type: 'refusal', ...refusal });
    await it.send(say('something else'));
    await it.idle('end_turn');
  });

  test('a call cut off by the output limit is not executed and the model is told', async () => {
    const it = await on({
      script: [{ blocks: [{ tool: 'bash', input: { command: 'rm -r' } }], stop: 'max_tokens' }, ok],
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(await it.ports.engine.toolCalls(it.session)).toEqual([]);
    expect(JSON.stringify(it.requests[1]?.messages)).toContain('cut off by the output limit');
  });

  test('a text cut off by the output limit is continued', async () => {
    const it = await on({
      script: [{ blocks: [{ text: 'one,' }], stop: 'max_tokens' }, { blocks: [{ text: 'two' }] }],
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(it.requests[1]?.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  });

  test('a paused turn is asked again with what it has said, a few times at most', async () => {
    const it = await on({
      script: () => ({ blocks: [{ text: 'wait' }], stop: 'pause_turn' }),
      limits: { continuations: 2 },
    });
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect(it.requests).toHaveLength(3);
    expect((await it.find('session.error'))[0]?.error.type).toBe('tool_use_limit_reached_error');
  });

  test('a turn that never ends is ended', async () => {
    const it = await on({
      script: () => ({ blocks: [{ tool: 'glob', input: { pattern: '*' } }] }),
      limits: { requestsPerTurn: 4 },
    });
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect(it.requests).toHaveLength(4);
    await it.send(say('more'));
    await it.idle('retries_exhausted', 2);
    expect(it.requests).toHaveLength(8);
  });
});

test('a model that only makes impossible calls is stopped after the fourth', async () => {
  const it = await on({ script: () => ({ blocks: [{ tool: 'nothing', input: {} }] }) });
  await it.send(say('go'));
  await it.idle('retries_exhausted');
  expect(it.requests).toHaveLength(4);
});

describe('when the hands fail', () => {
  test('a sandbox that dies is an error the model sees, and the next call gets a new one that says so', async () => {
    let made = 0;
    const sandboxes: Sandboxes = {
      create: async (spec) => {
        const mine = ++made;
        return await sandboxesOf(async () => {
          if (mine === 1) throw new SandboxGone('It was killed.');
          return { content: 'alive', isError: false };
        }).create(spec);
      },
    };
    const call = { tool: 'bash', input: { command: 'x' } };
    const it = await on({ script: [{ blocks: [call, call] }, ok], sandboxes });
    await it.send(say('go'));
    await it.idle('end_turn');
    const results = (await it.find('agent.tool_result')).map((result) => [
      result.is_error,
      JSON.stringify(result.content),
    ]);
    expect(results[0]?.[0]).toBe(true);
    expect(results[0]?.[1]).toContain('It was killed.');
    expect(results[1]?.[1]).toContain('A new sandbox');
    expect(results[1]?.[1]).toContain('alive');
    expect(made).toBe(2);
  });

  test('no sandbox is made before the first call', async () => {
    let made = 0;
    const sandboxes: Sandboxes = {
      create: async () => {
        made += 1;
        throw new Error('none to be had');
      },
    };
    const it = await on({ script: [ok, { blocks: [{ tool: 'bash', input: { command: 'x' } }] }, ok], sandboxes });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(made).toBe(0);
    await it.send(say('now'));
    await it.idle('end_turn', 2);
    expect(JSON.stringify(await it.find('agent.tool_result'))).toContain('none to be had');
  });
});

test('a title changed in the middle of a turn survives it', async () => {
  const it = await on({ script: [{ ...ok, delayMs: 200 }] });
  await it.send(say('go'));
  await it.until(async () => it.requests.length === 1);
  const doc = await it.ports.store.get<SessionBody>('session', it.session);
  if (doc === null) throw new Error('no session');
  const { position, revision, ...rest } = doc;
  const put = { doc: { ...rest, workspace, body: { ...doc.body, title: 'renamed' } }, expect: revision };
  expect((await it.ports.store.commit({ puts: [put] })).ok).toBe(true);
  await it.idle('end_turn');
  expect(await it.body()).toMatchObject({ title: 'renamed', status: 'idle' });
});

test('from sent to asked takes a few milliseconds', async () => {
  let asked: () => void = () => undefined;
  const it = await on({
    script: () => {
      asked();
      return ok;
    },
  });
  const times: number[] = [];
  for (let round = 1; round <= 40; round++) {
    const heard = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const began = performance.now();
    await it.send(say('go'));
    await heard;
    times.push(performance.now() - began);
    await it.idle('end_turn', round);
  }
  const median = times.sort((a, b) => a - b)[20] ?? Number.NaN;
  // The figure to reach is 10 ms on an idle machine; this guards against a lost wake-up, which costs a poll.
  expect(median).toBeLessThan(50);
});
