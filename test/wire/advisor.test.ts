/** A second opinion: what the session, the thread and the model see of a consultation. */
import { expect, test, vi } from 'vitest';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { history, onBothArms, runUntilIdle, type Session, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

type Turn = Extract<Script, readonly unknown[]>[number];
const text = (words: string): Turn => ({ blocks: [{ text: words }] });
const advisorCall = { blocks: [{ text: 'Let me ask.' }, { tool: 'advisor', input: {} }] };

onBothArms('advisor', (wire) => {
  const advised = async (boss: Script, advisor: Script): Promise<Session> => {
    const entry = { type: 'advisor' as const, model: wire().model(advisor) };
    return await wire().session(boss, { system: 'You work.', multiagent: { type: 'coordinator', agents: [entry] } });
  };
  const threadsOf = async (session: string) => (await wire().client.beta.sessions.threads.list(session)).data;
  const eventsOf = async (session: string, thread: string) =>
    (await wire().client.beta.sessions.threads.events.list(thread, { session_id: session })).data;
  const typesOf = (events: readonly { type: string }[]) => events.map((event) => event.type);

  test('advice comes in mid-turn from a thread of one answer, which ends with it', async () => {
    verifies('sessions.threads.retrieve', 'sessions.threads.events.list', 'sessions.create');
    const { client } = wire();
    const asked: ModelRequest[] = [];
    const heard: ModelRequest[] = [];
    const boss = (request: ModelRequest): Turn => {
      heard.push(structuredClone(request));
      return heard.length === 1 ? advisorCall : text('Done.');
    };
    const advisor = (request: ModelRequest): Turn => {
      asked.push(structuredClone(request));
      return { ...text('Look at the pool first.'), usage: { input_tokens: 70, output_tokens: 7 } };
    };
    const session = await advised(boss, advisor);
    const { last } = await runUntilIdle(client, session.id, [says('Why is it slow?')]);
    expect(last.stop_reason).toEqual({ type: 'end_turn' });

    const [primary, listed] = await threadsOf(session.id);
    const thread = await client.beta.sessions.threads.retrieve(listed?.id ?? '', { session_id: session.id });
    expect(thread).toMatchObject({
      type: 'session_thread',
      parent_thread_id: primary?.id,
      workflow_run_id: null,
      agent: session.agent.multiagent?.type === 'coordinator' ? session.agent.multiagent.agents[0] : null,
      status: 'terminated',
      archived_at: expect.any(String),
      stats: { startup_seconds: 0 },
      usage: { input_tokens: 70, output_tokens: 7 },
    });
    expect(thread.agent).toEqual({ type: 'advisor', model: asked[0]?.model });

    const log = await history(client, session.id);
    const named = { session_thread_id: thread.id, agent_name: 'anthropic.advisor' };
    const begun = log.findIndex((event) => event.type === 'session.thread_created');
    expect(log.slice(begun, begun + 5)).toMatchObject([
      { type: 'session.thread_created', workflow_run_id: null, ...named },
      { type: 'session.thread_status_running', ...named },
      {
        type: 'agent.thread_message_received',
        from_agent_name: 'anthropic.advisor',
        from_session_thread_id: thread.id,
        content: [{ type: 'text', text: 'Look at the pool first.' }],
      },
      { type: 'session.thread_status_idle', stop_reason: { type: 'end_turn' }, ...named },
      { type: 'session.thread_status_terminated', ...named },
    ]);
    expect(typesOf(log)).not.toContain('agent.tool_use');
    expect(typesOf(log)).not.toContain('agent.thread_message_sent');
    expect(typesOf(log).filter((type) => type === 'session.status_running')).toHaveLength(1);
    expect(typesOf(await eventsOf(session.id, thread.id))).toEqual([
      'session.thread_status_running',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'agent.thread_message_sent',
      'session.thread_status_idle',
      'session.thread_status_terminated',
    ]);

    const question = JSON.stringify(asked);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.tools).toEqual([]);
    for (const seen of ['You work.', 'Why is it slow?', 'Let me ask.']) expect(question).toContain(seen);
    expect(heard[0]?.tools.map((tool) => tool.name)).toEqual(['advisor']);
    expect(JSON.stringify(heard[1]?.messages.at(-1))).toContain('Look at the pool first.');
    const { usage } = await client.beta.sessions.retrieve(session.id);
    expect(usage.input_tokens).toBeGreaterThanOrEqual(70);
    expect((await client.beta.sessions.threads.archive(thread.id, { session_id: session.id })).status).toBe(
      'terminated',
    );
  });

  test('an advisor that fails or refuses costs the turn nothing but its advice', async () => {
    verifies('sessions.threads.retrieve', 'sessions.events.list');
    const { client } = wire();
    const failures: [Turn, string][] = [
      [{ faults: [{ fault: 'invalid_request' }] }, 'retries_exhausted'],
      [{ stop: 'refusal', blocks: [{ text: 'no' }] }, 'refusal'],
      [{ blocks: [] }, 'retries_exhausted'],
    ];
    for (const [turn, reason] of failures) {
      const session = await advised([advisorCall, text('Then without.')], [turn]);
      const { last } = await runUntilIdle(client, session.id, [says('go')]);
      expect(last.stop_reason).toEqual({ type: 'end_turn' });
      const log = await history(client, session.id);
      expect(typesOf(log)).not.toContain('session.error');
      expect(typesOf(log)).not.toContain('agent.thread_message_received');
      expect(log.find((event) => event.type === 'session.thread_status_idle')).toMatchObject({
        agent_name: 'anthropic.advisor',
        stop_reason: { type: reason },
      });
      expect(JSON.stringify(log)).toContain('Then without.');
      expect((await threadsOf(session.id))[1]).toMatchObject({ status: 'terminated', agent: { type: 'advisor' } });
    }
  });

  test('an interrupt ends the advice with the turn; the advisor alone cannot be interrupted or spoken to', async () => {
    verifies('sessions.threads.retrieve', 'sessions.events.send');
    const { client } = wire();
    const slow = { ...text('late'), delayMs: 20_000 };
    const session = await advised([advisorCall, text('stopped')], [slow]);
    await client.beta.sessions.events.send(session.id, { events: [says('go')] });
    await vi.waitUntil(async () => (await threadsOf(session.id)).length === 2, { timeout: 5_000 });
    const thread = (await threadsOf(session.id))[1]?.id ?? '';
    const asked = async () => typesOf(await eventsOf(session.id, thread)).includes('span.model_request_start');
    await vi.waitUntil(asked, { timeout: 5_000 });
    expect(await client.beta.sessions.threads.retrieve(thread, { session_id: session.id })).toMatchObject({
      status: 'running',
      usage: null,
    });
    const interrupt = { type: 'user.interrupt' as const };
    const one = client.beta.sessions.events.send(session.id, { events: [{ ...interrupt, session_thread_id: thread }] });
    await expect(one).rejects.toThrow('advisor');
    const stream = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [interrupt] });
    const { all, last } = await until(stream, 'session.status_idle');
    expect(last.stop_reason).toEqual({ type: 'end_turn' });
    expect(typesOf(all)).toContain('session.thread_status_terminated');
    expect(typesOf(all)).not.toContain('agent.thread_message_received');
    expect(typesOf(await eventsOf(session.id, thread)).slice(-3)).toEqual([
      'span.model_request_end',
      'session.thread_status_idle',
      'session.thread_status_terminated',
    ]);
    expect((await client.beta.sessions.retrieve(session.id)).status).toBe('idle');
    await runUntilIdle(client, session.id, [says('again')]);
    expect(JSON.stringify(await history(client, session.id))).toContain('stopped');
  });

  test('beside agents, the advisor is none of them: it is neither listed nor sent to, and reads what tools answered', async () => {
    verifies('sessions.threads.list', 'sessions.threads.retrieve');
    const { client } = wire();
    const asked: string[] = [];
    const model = wire().model((request: ModelRequest): Turn => {
      asked.push(JSON.stringify(request.messages));
      return text('Go on.');
    });
    const tools = [{ type: 'agent_toolset_20260401' as const }];
    const boss: Turn[] = [
      {
        blocks: [
          { tool: 'advisor', input: {} },
          { tool: 'bash', input: { command: 'echo from-the-shell' } },
        ],
      },
      {
        blocks: [
          { tool: 'list_agents', input: {} },
          { tool: 'advisor', input: {} },
        ],
      },
      text('end'),
    ];
    const seen: ModelRequest[] = [];
    const play = (request: ModelRequest) => boss[seen.push(structuredClone(request)) - 1] ?? text('end');
    const advisor = { type: 'enabled' as const, model };
    const session = await wire().session(play, { tools, multiagent: { type: 'multiagent_20261001', advisor } });
    await runUntilIdle(client, session.id, [says('go')]);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toContain('from-the-shell');
    expect(asked[1]).toContain('Go on.');
    const overview = JSON.stringify(seen.at(-1)?.messages);
    expect(overview).toContain('\\"threads\\":[]');
    expect(await threadsOf(session.id)).toHaveLength(3);
  });

  test('advice that was asked for is done without when the agent has lost its advisor before it could be given', async () => {
    verifies('sessions.update', 'sessions.events.send');
    const { client } = wire();
    const named = (name: string) => ({
      type: 'custom' as const,
      name,
      description: name,
      input_schema: { type: 'object' as const },
    });
    const both = {
      blocks: [
        { tool: 'advisor', input: {} },
        { tool: 'ask', input: {} },
      ],
    };
    const asked: ModelRequest[] = [];
    const sage = wire().model((request: ModelRequest): Turn => {
      asked.push(request);
      return text('too late');
    });
    const multiagent = { type: 'coordinator' as const, agents: [{ type: 'advisor' as const, model: sage }] };
    const session = await wire().session([both, text('Then without.')], { tools: [named('ask')], multiagent });
    const { all } = await runUntilIdle(client, session.id, [says('go')]);
    // A tool of the agent's own takes the advisor's name.
    const tools = [named('ask'), named('advisor')];
    await client.beta.sessions.update(session.id, { agent: { tools } });
    const use = all.find((event) => event.type === 'agent.custom_tool_use')?.id ?? '';
    const answer = { type: 'user.custom_tool_result' as const, custom_tool_use_id: use };
    const { last } = await runUntilIdle(client, session.id, [answer]);
    expect(last.stop_reason).toEqual({ type: 'end_turn' });
    const log = await history(client, session.id);
    expect(JSON.stringify(log)).toContain('Then without.');
    expect(typesOf(log)).not.toContain('session.error');
    expect(asked).toEqual([]);
  });
});
