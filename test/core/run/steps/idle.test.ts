/** What a thread leaves behind that stops for good. */
import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../../../src/core/ports/model.ts';
import type { ThreadBody } from '../../../../src/core/threads.ts';
import { onStage } from '../on-stage.ts';
import { coordinates } from '../scout.ts';
import { say, workspace } from '../stage.ts';

const on = onStage();
const isScout = ({ system }: ModelRequest) => system.startsWith('You scout.');
const look = { blocks: [{ tool: 'glob', input: { pattern: '*' } }] };
const broken = { blocks: [{ tool: 'glob', malformed: '{' }] };
const tooLong = { blocks: [], faults: Array(9).fill({ fault: 'too_long' as const }) };

/** The coordinator sends a task, hears what came of it, sends another, and ends when it has heard of that. */
function bossOf(request: ModelRequest) {
  const said = JSON.stringify(request.messages);
  const send = (message: string) => ({ blocks: [{ tool: 'send_to_agent', input: { agent: 'scout', message } }] });
  if (!said.includes('has begun')) return send('the first task');
  if (said.includes('came to a limit') && !said.includes('the second task')) return send('the second task');
  return { blocks: [{ text: said.includes('did it') ? 'all done' : 'waiting' }] };
}

describe('an agent that works for another and comes to a limit', () => {
  test.each([
    ['of model requests', look, 'tool_use_limit_reached_error'],
    ['of calls that cannot be carried out', broken, 'tool_use_limit_reached_error'],
    ['of summaries', tooLong, 'compaction_limit_reached_error'],
  ])('%s ends for good, is told of, and leaves its place to another', async (_, endless, error) => {
    const script = (request: ModelRequest) => {
      if (!isScout(request)) return bossOf(request);
      return JSON.stringify(request.messages).includes('the second task') ? { blocks: [{ text: 'did it' }] } : endless;
    };
    const limits = { threads: 1, requestsPerTurn: 6, refusedAnswers: 2, compactions: 2 };
    const it = await on({ script, agent: coordinates(), limits });
    await it.send(say('go'));
    await it.until(async () => JSON.stringify(await it.log()).includes('all done'));
    await it.idle('end_turn');
    const of = { kind: 'session_thread' as const, workspace, parent: it.session, order: 'asc' as const };
    const threads = await it.ports.store.list<ThreadBody>({ ...of, limit: 10, includeArchived: true });
    expect(threads.map(({ archived, body }) => [archived, body.status, body.archived_at !== null])).toEqual([
      [true, 'terminated', true],
      [false, 'idle', false],
    ]);
    const [first] = threads;
    if (first === undefined) throw new Error('two threads');
    const own = await it.ports.store.log({ session: first.body.id, order: 'desc', limit: 4 });
    expect(own.map(({ event }) => event)).toMatchObject([
      { type: 'session.thread_status_terminated', agent_name: 'scout' },
      { type: 'session.thread_status_idle', stop_reason: { type: 'retries_exhausted' } },
      { type: 'agent.thread_message_sent', content: [{ text: expect.stringContaining('came to a limit') }] },
      { type: 'session.error', error: { type: error, retry_status: { type: 'exhausted' } } },
    ]);
    expect(await it.find('session.thread_status_terminated')).toMatchObject([{ session_thread_id: first.body.id }]);
    expect(await it.find('session.error')).toEqual([]);
  });

  test('the session’s own agent goes on with the next message', async () => {
    const script = (request: ModelRequest) =>
      JSON.stringify(request.messages).includes('and now') ? { blocks: [{ text: 'as you wish' }] } : look;
    const it = await on({ script, limits: { requestsPerTurn: 3 } });
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect((await it.body()).status).toBe('idle');
    await it.send(say('and now?'));
    await it.idle('end_turn');
    expect(await it.find('session.thread_status_terminated')).toEqual([]);
  });
});
