import Anthropic from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { history, onBothArms, runUntilIdle, type Session, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;
type Turn = Extract<Script, readonly unknown[]>[number];
const tools = [{ type: 'agent_toolset_20260401' as const }];
const send = (input: Record<string, unknown>): Turn => ({ blocks: [{ tool: 'send_to_agent', input }] });
const text = (words: string): Turn => ({ blocks: [{ text: words }] });
const ask = { type: 'custom' as const, name: 'ask', description: 'ask', input_schema: { type: 'object' as const } };

onBothArms('threads', (wire) => {
  /** A session whose coordinator plays `boss` and whose agent `scout` plays `scout`. */
  const crew = async (boss: Script, scout: Script, more: object = {}): Promise<Session> => {
    const { client } = wire();
    const helper = await client.beta.agents.create({ name: 'scout', model: wire().model(scout), tools, ...more });
    return await wire().session(boss, { tools, multiagent: { type: 'coordinator', agents: [helper.id] } });
  };
  const threadsOf = async (session: string) => (await wire().client.beta.sessions.threads.list(session)).data;
  const typesOf = (events: readonly { type: string }[]) => events.map((event) => event.type);
  const scoutOf = async (session: string) => (await threadsOf(session))[1]?.id ?? '';
  const eventsOf = async (session: string, thread: string) =>
    (await wire().client.beta.sessions.threads.events.list(thread, { session_id: session })).data;

  test('a task goes to a thread of its own, its report comes back, and both logs tell their part', async () => {
    verifies('sessions.threads.list', 'sessions.threads.retrieve', 'sessions.threads.events.list', 'sessions.create');
    const { client } = wire();
    const asked: ModelRequest[] = [];
    const boss = [send({ agent: 'scout', message: 'Look around.' }), text('waiting'), text('All clear.')];
    const turns = [{ blocks: [{ tool: 'bash', input: { command: 'echo x > /tmp/note' } }] }, text('Nothing there.')];
    const scout = (request: ModelRequest) => turns[asked.push(structuredClone(request)) - 1] ?? text('end');
    const session = await crew(boss, scout, { system: 'You scout.' });
    expect(session.agent.multiagent).toMatchObject({ agents: [{ name: 'scout', system: 'You scout.' }] });
    await runUntilIdle(client, session.id, [says('go')]);
    const [primary, thread] = await threadsOf(session.id);
    expect(primary).toMatchObject({ parent_thread_id: null, status: 'idle' });
    expect(thread).toMatchObject({
      session_id: session.id,
      parent_thread_id: primary?.id,
      workflow_run_id: null,
      agent: { type: 'agent', name: 'scout', version: 1 },
      status: 'idle',
      archived_at: null,
      usage: { output_tokens: expect.any(Number) },
    });
    expect(thread?.agent).not.toHaveProperty('multiagent');
    const told = { role: 'user', content: [{ type: 'text', text: 'Look around.' }] };
    expect(asked[0]).toMatchObject({ system: 'You scout.', messages: [told] });
    expect(typesOf(await eventsOf(session.id, thread?.id ?? ''))).toEqual([
      'agent.thread_message_received',
      'session.thread_status_running',
      'span.model_request_start',
      'agent.tool_use',
      'span.model_request_end',
      'agent.tool_result',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'agent.thread_message_sent',
      'session.thread_status_idle',
    ]);
    const log = await history(client, session.id);
    expect(typesOf(log)).toEqual(expect.arrayContaining(['session.thread_created', 'agent.thread_message_sent']));
    expect(typesOf(log)).not.toContain('agent.tool_use');
    expect(typesOf(log).filter((type) => type === 'session.status_idle')).toHaveLength(1);
    expect(typesOf(log).slice(-3)).toEqual(['session.thread_status_idle', 'session.usage', 'session.status_idle']);
    expect(log.find((event) => event.type === 'agent.thread_message_received')).toMatchObject({
      content: [{ type: 'text', text: 'Nothing there.' }],
      from_session_thread_id: thread?.id,
      from_agent_name: 'scout',
    });
    expect(JSON.stringify(log)).toContain('All clear.');
    const path = { session_id: session.id };
    expect(await client.beta.sessions.threads.retrieve(thread?.id ?? '', path)).toMatchObject({ id: thread?.id });
    await expect(client.beta.sessions.threads.retrieve('sthr_none', path)).rejects.toThrow(NotFoundError);
    await expect(client.beta.sessions.events.list(thread?.id ?? '')).rejects.toThrow(NotFoundError);
    expect((await client.beta.sessions.threads.list(session.id, { statuses: ['running'] })).data).toEqual([]);
    const seen: string[] = [];
    for await (const one of client.beta.sessions.threads.list(session.id, { limit: 1 })) seen.push(one.id);
    expect(seen).toEqual([primary?.id, thread?.id]);
  });

  test('threads share one sandbox and work side by side; the session runs until the last has stopped', async () => {
    verifies('sessions.threads.list', 'sessions.retrieve');
    const { client } = wire();
    const spawn = [1, 2, 3].map((n) => ({ tool: 'send_to_agent', input: { agent: 'scout', message: `part ${n}` } }));
    const count = { blocks: [{ tool: 'bash', input: { command: 'cat /tmp/part-* | wc -l' } }] };
    let counted = 0;
    const boss = (request: ModelRequest): Turn => {
      const said = JSON.stringify(request.messages);
      if (!said.includes('has begun')) return { blocks: spawn };
      const all = [1, 2, 3].every((n) => said.includes(`did part ${n}`));
      return all && counted++ === 0 ? count : text('waiting');
    };
    let [now, most] = [0, 0];
    const scout = async (request: ModelRequest): Promise<Turn> => {
      const part = /part (\d)/.exec(JSON.stringify(request.messages))?.[1];
      if (request.messages.length > 1) return text(`did part ${part}`);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 200));
      now -= 1;
      return { blocks: [{ tool: 'bash', input: { command: `echo x > /tmp/part-${part}` } }] };
    };
    const session = await crew(boss, scout);
    const { all } = await runUntilIdle(client, session.id, [says('go')]);
    expect(most).toBe(3);
    expect(all.filter((event) => event.type === 'session.status_idle')).toHaveLength(1);
    const results = (await history(client, session.id)).flatMap((event) =>
      event.type === 'agent.tool_result' ? [JSON.stringify(event.content)] : [],
    );
    expect(results).toEqual([expect.stringContaining('3')]);
    expect((await threadsOf(session.id)).map((thread) => thread.status)).toEqual(Array(4).fill('idle'));
  });

  test('what a thread asks of the client is shown on the session, answered by id, and goes back to the thread', async () => {
    verifies('sessions.events.send', 'sessions.threads.events.list', 'sessions.threads.events.stream');
    const { client } = wire();
    const boss = [send({ agent: 'scout', message: 'Ask them.' }), text('waiting'), text('They said so.')];
    const scout = [{ blocks: [{ tool: 'ask', input: { q: 1 } }] }, text('Answer: yes.')];
    const session = await crew(boss, scout, { tools: [ask] });
    const { last } = await runUntilIdle(client, session.id, [says('go')]);
    const thread = await scoutOf(session.id);
    const use = (await history(client, session.id)).find((event) => event.type === 'agent.custom_tool_use');
    expect(use).toMatchObject({ name: 'ask', session_thread_id: thread });
    expect(last.stop_reason).toEqual({ type: 'requires_action', event_ids: [use?.id] });
    const mine = (await eventsOf(session.id, thread)).find((event) => event.type === 'agent.custom_tool_use');
    expect(mine?.id).toBe(use?.id);
    expect(mine).not.toHaveProperty('session_thread_id');
    const path = { session_id: session.id };
    const stream = await client.beta.sessions.threads.events.stream(thread, {
      ...path,
      event_deltas: ['agent.message'],
    });
    const whole = await client.beta.sessions.events.stream(session.id);
    const content = [{ type: 'text' as const, text: 'yes' }];
    const answer = { type: 'user.custom_tool_result' as const, custom_tool_use_id: use?.id ?? '', content };
    const sent = await client.beta.sessions.events.send(session.id, { events: [answer] });
    expect(sent.data?.[0]).toMatchObject({ session_thread_id: thread });
    const heard: string[] = [];
    for await (const event of stream) {
      heard.push(event.type);
      if (event.type === 'session.thread_status_idle') break;
    }
    expect(heard).toContain('event_delta');
    expect(heard).not.toContain('session.usage');
    const rest = await until(whole, 'session.status_idle');
    expect(rest.last.stop_reason).toEqual({ type: 'end_turn' });
    expect(typesOf(rest.all)).toContain('user.custom_tool_result');
    expect(typesOf(rest.all)).not.toContain('event_delta');
    expect(JSON.stringify(await history(client, session.id))).toContain('They said so.');
    await expect(client.beta.sessions.events.send(session.id, { events: [answer] })).rejects.toThrow(BadRequestError);
  });

  test('what a thread was answered is never asked for again', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const boss = [send({ agent: 'scout', message: 'Try it.' }), text('waiting'), text('It works.')];
    const calls = {
      blocks: [
        { tool: 'ask', input: {} },
        { tool: 'bash', input: { command: 'sleep 0.2; echo ran' } },
      ],
    };
    const bash = { name: 'bash' as const, permission_policy: { type: 'always_ask' as const } };
    const session = await crew(boss, [calls, text('ran')], { tools: [ask, { ...tools[0], configs: [bash] }] });
    const { last } = await runUntilIdle(client, session.id, [says('go')]);
    const [custom = '', use = ''] = last.stop_reason.type === 'requires_action' ? last.stop_reason.event_ids : [];
    const before = (await history(client, session.id)).length;
    const result = { type: 'user.custom_tool_result' as const, custom_tool_use_id: custom };
    const allow = { type: 'user.tool_confirmation' as const, tool_use_id: use, result: 'allow' as const };
    for (const answer of [result, allow]) await client.beta.sessions.events.send(session.id, { events: [answer] });
    const said = async () => (await history(client, session.id)).slice(before);
    await vi.waitUntil(async () => JSON.stringify(await said()).includes('It works.'), { timeout: 10_000 });
    const worked = await said();
    const since = worked.slice(worked.findIndex((event) => event.type === 'session.status_running'));
    const pauses = since.filter((event) => 'stop_reason' in event && event.stop_reason.type === 'requires_action');
    expect(pauses).toEqual([]);
  });

  test('an interrupt stops all threads, or the one it names', async () => {
    verifies('sessions.events.send', 'sessions.threads.archive');
    const { client } = wire();
    const boss = [send({ agent: 'scout', message: 'Be slow.' }), text('waiting'), text('stopped')];
    for (const named of [false, true]) {
      const { id } = await crew(boss, [{ blocks: [{ text: 'late' }], delayMs: 20_000 }]);
      await client.beta.sessions.events.send(id, { events: [says('go')] });
      await vi.waitUntil(async () => (await scoutOf(id)) !== '', { timeout: 5_000 });
      const thread = await scoutOf(id);
      const begun = async () => typesOf(await eventsOf(id, thread)).includes('span.model_request_start');
      await vi.waitUntil(begun, { timeout: 5_000 });
      expect((await client.beta.sessions.retrieve(id)).status).toBe('running');
      const archive = client.beta.sessions.threads.archive(thread, { session_id: id });
      await expect(archive).rejects.toThrow('running');
      const stream = await client.beta.sessions.events.stream(id);
      const interrupt = { type: 'user.interrupt' as const, ...(named ? { session_thread_id: thread } : {}) };
      await client.beta.sessions.events.send(id, { events: [interrupt] });
      const { all, last } = await until(stream, 'session.status_idle');
      expect(last.stop_reason).toEqual({ type: 'end_turn' });
      expect(typesOf(all)).not.toContain('agent.thread_message_received');
      const end = (await eventsOf(id, thread)).at(-1);
      expect(end).toMatchObject({ type: 'session.thread_status_idle', stop_reason: { type: 'end_turn' } });
    }
  });

  test('an idle thread is archived and makes room; the primary and one that is gone are not', async () => {
    verifies('sessions.threads.archive', 'sessions.threads.list', 'sessions.delete');
    const { client } = wire();
    const hi = { tool: 'send_to_agent', input: { agent: 'scout', message: 'hi' } };
    const boss = (request: ModelRequest): Turn => {
      const last = JSON.stringify(request.messages.at(-1)?.content.at(-1));
      if (last.includes('"go"')) return { blocks: Array.from({ length: 25 }, () => hi) };
      return last.includes('"again"') ? { blocks: [hi] } : text('fine');
    };
    const session = await crew(boss, [text('ok')]);
    await runUntilIdle(client, session.id, [says('go')]);
    expect(await threadsOf(session.id)).toHaveLength(26);
    await runUntilIdle(client, session.id, [says('again')]);
    expect(await threadsOf(session.id)).toHaveLength(26);
    const path = { session_id: session.id };
    const [primary, first] = await threadsOf(session.id);
    await expect(client.beta.sessions.threads.archive(primary?.id ?? '', path)).rejects.toThrow(BadRequestError);
    const stream = await client.beta.sessions.events.stream(session.id);
    const archived = await client.beta.sessions.threads.archive(first?.id ?? '', path);
    expect(archived).toMatchObject({ status: 'terminated', archived_at: expect.any(String) });
    expect((await until(stream, 'session.thread_status_terminated')).last.session_thread_id).toBe(first?.id);
    expect(await client.beta.sessions.threads.archive(first?.id ?? '', path)).toMatchObject({ status: 'terminated' });
    expect((await client.beta.sessions.threads.list(session.id, { statuses: ['terminated'] })).data).toHaveLength(1);
    const interrupt = { type: 'user.interrupt' as const, session_thread_id: first?.id ?? '' };
    await expect(client.beta.sessions.events.send(session.id, { events: [interrupt] })).rejects.toThrow('terminated');
    await runUntilIdle(client, session.id, [says('again')]);
    expect(await threadsOf(session.id)).toHaveLength(27);
    await client.beta.sessions.delete(session.id);
    await expect(client.beta.sessions.threads.list(session.id)).rejects.toThrow(NotFoundError);
  });

  test('an agent made up on the spot works with the tools of its maker', async () => {
    verifies('sessions.threads.retrieve');
    const { client } = wire();
    const model = wire().model((request) => {
      const said = JSON.stringify(request.messages);
      if (request.system.includes('You count.')) return text('Three.');
      if (said.includes('Three.')) return text('There are three.');
      if (said.includes('has begun')) return text('waiting');
      return send({ agent: 'counter', message: 'Count.', define: { system: 'You count.' } });
    });
    const boss = await client.beta.agents.create({
      name: 'b',
      model,
      tools,
      multiagent: { type: 'multiagent_20261001' },
    });
    const environment = await client.beta.environments.create({ name: `inline ${boss.id}` });
    const session = await client.beta.sessions.create({ agent: boss.id, environment_id: environment.id });
    await runUntilIdle(client, session.id, [says('go')]);
    const [, thread] = await threadsOf(session.id);
    expect(thread?.agent).toMatchObject({ type: 'inline', name: 'counter', system: 'You count.', tools: boss.tools });
    expect(thread?.agent).not.toHaveProperty('id');
    expect(JSON.stringify(await history(client, session.id))).toContain('There are three.');
  });
});
