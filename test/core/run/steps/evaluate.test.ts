/** What the grader sees, and what becomes of an outcome when it cannot be asked. */

import { describe, expect, test } from 'vitest';
import { mint, type ThreadId } from '../../../../src/core/ids.ts';
import type { ModelRequest } from '../../../../src/core/ports/model.ts';
import type { Sandboxes } from '../../../../src/core/ports/sandbox.ts';
import { aReport } from '../a-report.ts';
import { onStage } from '../on-stage.ts';
import { sandboxesOf } from '../sandboxes-of.ts';
import { coordinates, scout } from '../scout.ts';
import { customTool, type Stage, say, toolset, type Unsent } from '../stage.ts';

const on = onStage();
const isGrader = (request: ModelRequest) => request.system.startsWith('You grade');
const verdict = (result: string) => ({ blocks: [{ text: JSON.stringify({ result, explanation: 'so' }) }] });
const worked = { blocks: [{ text: 'worked' }], usage: { input_tokens: 10, output_tokens: 1 } };

test('a grader that is overloaded is asked again later, on record, and no work fails for it', async () => {
  const passing = { ...verdict('satisfied'), faults: [{ fault: 'overloaded' as const }] };
  const it = await on({ script: (request) => (isGrader(request) ? passing : worked) });
  await it.send(aReport);
  const types = await it.idle('end_turn');
  expect(types.slice(types.indexOf('span.outcome_evaluation_start'))).toEqual([
    'span.outcome_evaluation_start',
    'span.outcome_evaluation_ongoing',
    'session.error',
    'session.thread_status_rescheduled',
    'session.status_rescheduled',
    'session.status_running',
    'session.thread_status_running',
    'span.outcome_evaluation_ongoing',
    'span.outcome_evaluation_end',
    'session.thread_status_idle',
    'session.usage',
    'session.status_idle',
  ]);
  expect((await it.find('span.outcome_evaluation_end'))[0]?.result).toBe('satisfied');
  const rows = await it.ports.store.log({ session: it.session, order: 'asc', limit: 100 });
  expect(JSON.stringify(rows.map((row) => row.memo))).not.toContain('crashed');
});

test('an interrupt while it is waited for ends the outcome', async () => {
  const later = { ...verdict('satisfied'), faults: [{ fault: 'rate_limited' as const, retryAfterMs: 60_000 }] };
  const it = await on({ script: (request) => (isGrader(request) ? later : worked) });
  await it.send(aReport);
  await it.until(async () => (await it.body()).status === 'rescheduling');
  await it.send({ type: 'user.interrupt' });
  await it.idle('end_turn');
  expect((await it.find('span.outcome_evaluation_end'))[0]?.result).toBe('interrupted');
  expect(it.requests).toHaveLength(2);
});

test('after the last attempt the outcome has failed, and says why', async () => {
  const down = { ...verdict('satisfied'), faults: Array(9).fill({ fault: 'server' as const }) };
  const it = await on({ script: (request) => (isGrader(request) ? down : worked), limits: { attempts: 2 } });
  await it.send(aReport);
  await it.idle('end_turn');
  expect((await it.find('span.outcome_evaluation_end'))[0]).toMatchObject({
    result: 'failed',
    explanation: expect.stringContaining('could not be graded'),
  });
});

test('what an earlier sandbox put out is graded when that sandbox is gone', async () => {
  let made = 0;
  const sandboxes: Sandboxes = {
    create: async (spec) => {
      const outputs =
        ++made === 1 ? [{ path: '/mnt/session/outputs/report.md', bytes: Buffer.from('It leaked.') }] : [];
      const execute = async () => ({ content: 'ran', isError: false });
      return await sandboxesOf(execute, async () => outputs).create(spec);
    },
  };
  const bash = { tool: 'bash', input: { command: 'x' } };
  const script = (request: ModelRequest) => {
    if (isGrader(request)) return verdict('satisfied');
    const said = JSON.stringify(request.messages);
    return { blocks: [said.includes('tool_result') ? { text: 'worked' } : bash] };
  };
  const it = await on({ script, sandboxes, limits: { sandboxIdleMs: 100, pollMs: 20 } });
  await it.send(say('go'));
  await it.idle('end_turn');
  await new Promise((resolve) => setTimeout(resolve, 250));
  await it.send(aReport);
  await it.idle('end_turn', 2);
  expect(JSON.stringify(it.requests.find(isGrader)?.messages)).toContain('It leaked.');
});

test('what clients and other agents answered is evidence as well', async () => {
  const script = (request: ModelRequest) => {
    if (isGrader(request)) return verdict('satisfied');
    const [, , results] = request.messages;
    return results === undefined
      ? {
          blocks: [
            { tool: 'bash', input: { command: 'x' } },
            { tool: 'ask', input: {} },
          ],
        }
      : worked;
  };
  const it = await on({ script, tools: [toolset(), customTool('ask')], environment: { type: 'self_hosted' } });
  await it.send(aReport);
  await it.idle('requires_action');
  const [ours, custom] = [(await it.find('agent.tool_use'))[0], (await it.find('agent.custom_tool_use'))[0]];
  if (ours === undefined || custom === undefined) throw new Error('two calls');
  const content = (text: string) => [{ type: 'text' as const, text }];
  await it.send(
    { type: 'user.tool_result', tool_use_id: ours.id, content: content('the worker saw it') },
    { type: 'user.custom_tool_result', custom_tool_use_id: custom.id, content: content('the client saw it') },
  );
  await it.idle('end_turn');
  const seen = JSON.stringify(it.requests.find(isGrader)?.messages);
  expect(seen).toContain('the worker saw it');
  expect(seen).toContain('the client saw it');
});

describe('an outcome that nobody works towards just now', () => {
  const isScout = ({ system }: ModelRequest) => system.startsWith('You scout.');
  const sends = { blocks: [{ tool: 'send_to_agent', input: { agent: 'scout', message: 'look' } }] };
  const ask = { blocks: [{ tool: 'ask', input: {} }] };
  const asks = coordinates({ ...scout, tools: [customTool('ask')] });
  const boss = ({ messages }: ModelRequest) => (messages.length === 1 ? sends : worked);
  const endsOf = async (it: Stage) => (await it.find('span.outcome_evaluation_end')).map(({ result }) => result);
  const interrupt = { type: 'user.interrupt' as const };
  /** As the API does: to the thread, and to the session. */
  const sendBoth = async (it: Stage, event: (thread: ThreadId) => Unsent) => {
    const [created] = await it.find('session.thread_created');
    if (created === undefined) throw new Error('no thread was made');
    const thread = created.session_thread_id;
    const stamped = { ...event(thread), id: mint('sevt'), processed_at: null };
    const inbox = [it.session, thread].map((session) => ({ session, event: stamped }));
    await it.ports.store.commit({ inbox, wakes: [it.session] });
  };

  test('is ended by an interrupt after its turn has failed, and the next one is worked', async () => {
    let down = true;
    const failing = { faults: [{ fault: 'authentication' as const }] };
    const script = (request: ModelRequest) => (isGrader(request) ? verdict('satisfied') : down ? failing : worked);
    const it = await on({ script });
    await it.send(aReport);
    await it.idle('retries_exhausted');
    await it.send({ type: 'user.interrupt' });
    await it.idle('end_turn');
    expect(await endsOf(it)).toEqual(['interrupted']);
    expect((await it.body()).outcome_evaluations).toMatchObject([{ completed_at: expect.any(String) }]);
    down = false;
    await it.send({ ...aReport, outcome_id: 'outc_2' });
    await it.idle('end_turn', 2);
    expect(await endsOf(it)).toEqual(['interrupted', 'satisfied']);
  });

  test('is ended by an interrupt of those who work on for it', async () => {
    const slow = { ...worked, delayMs: 20_000 };
    const it = await on({ script: (request) => (isScout(request) ? slow : boss(request)), agent: coordinates() });
    await it.send(aReport);
    await it.until(async () => (await it.find('session.thread_status_idle')).length === 1);
    await sendBoth(it, () => interrupt);
    await it.idle('end_turn');
    await it.send(say('and now?'));
    await it.idle('end_turn', 2);
    expect(await it.find('session.status_idle')).toHaveLength(2);
    expect(await endsOf(it)).toEqual(['interrupted']);
  });

  test('is not graded while another agent waits for the user', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const script = async (request: ModelRequest) => {
      if (isGrader(request)) return verdict('satisfied');
      if (isScout(request)) return request.messages.length === 1 ? ask : { blocks: [{ text: 'they said yes' }] };
      if (request.messages.length === 3) await held;
      return boss(request);
    };
    const it = await on({ script, agent: asks });
    await it.send(aReport);
    await it.until(async () => (await it.find('session.thread_status_idle')).length === 1);
    release();
    await it.idle('requires_action');
    expect(it.requests.filter(isGrader)).toEqual([]);
    const [call] = await it.find('agent.custom_tool_use');
    const answered = { type: 'user.custom_tool_result' as const, custom_tool_use_id: call?.id ?? 'sevt_none' };
    await sendBoth(it, (thread) => ({ ...answered, session_thread_id: thread }));
    await it.idle('end_turn');
    expect(await endsOf(it)).toEqual(['satisfied']);
    expect(JSON.stringify(it.requests.find(isGrader)?.messages)).toContain('they said yes');
  });

  test('is graded when the agent that was waited for was stopped alone', async () => {
    const script = (request: ModelRequest) =>
      isGrader(request) ? verdict('satisfied') : isScout(request) ? ask : boss(request);
    const it = await on({ script, agent: asks });
    await it.send(aReport);
    await it.idle('requires_action');
    await sendBoth(it, (thread) => ({ ...interrupt, session_thread_id: thread }));
    await it.idle('end_turn');
    expect(await endsOf(it)).toEqual(['satisfied']);
  });
});
