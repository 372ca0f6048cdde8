import { describe, expect, test } from 'vitest';
import { onStage } from './on-stage.ts';
import { customTool, say, toolset } from './stage.ts';

const on = onStage();

const running = ['session.status_running', 'session.thread_status_running'];
const request = (...inside: string[]) => ['span.model_request_start', ...inside, 'span.model_request_end'];
const rest = ['session.thread_status_idle', 'session.usage', 'session.status_idle'];

describe('a turn in the order the wire promises', () => {
  test('a message is answered and the session rests', async () => {
    const it = await on({
      script: [{ blocks: [{ thinking: 'hm' }, { text: 'Hello there' }], usage: { output_tokens: 7 } }],
    });
    const [id] = await it.send(say('Hi'));
    expect(await it.idle('end_turn')).toEqual([
      'user.message',
      ...running,
      ...request('agent.thinking', 'agent.message'),
      ...rest,
    ]);
    const [message] = await it.find('user.message');
    expect(message).toMatchObject({ id, processed_at: expect.any(String) });
    const body = await it.body();
    expect(body).toMatchObject({ status: 'idle', usage: { output_tokens: 7 }, hidden: { running_since: null } });
    expect(body.usage.active_seconds).toBeGreaterThan(0);
    expect((await it.find('session.usage'))[0]?.usage.output_tokens).toBe(7);
  });

  test('previews carry the ids of the events that follow, thinking without text', async () => {
    const it = await on({ script: [{ blocks: [{ thinking: 'hm' }, { text: 'one two' }, { text: 'three' }] }] });
    await it.send(say('Hi'));
    await it.idle('end_turn');
    const [message] = await it.find('agent.message');
    const [thinking] = await it.find('agent.thinking');
    expect(it.previews.map((p) => (p.type === 'event_start' ? p.event.id : p.delta.content.text))).toEqual([
      thinking?.id,
      message?.id,
      'one ',
      'two',
      'three',
    ]);
    expect(it.previews.flatMap((p) => (p.type === 'event_delta' ? [p.delta.index] : []))).toEqual([0, 0, 1]);
    expect(message?.content.map((block) => block.text)).toEqual(['one two', 'three']);
  });

  test('built-in tools run between two requests, the next begins exactly like the one before', async () => {
    const it = await on({
      script: [
        {
          blocks: [
            { thinking: 'deep' },
            { text: 'Looking.' },
            { tool: 'bash', input: { command: 'echo 42' } },
            { tool: 'glob', input: { pattern: '*' } },
          ],
        },
        { blocks: [{ text: 'It is 42.' }] },
      ],
    });
    await it.send(say('Run'));
    expect(await it.idle('end_turn')).toEqual([
      'user.message',
      ...running,
      ...request('agent.thinking', 'agent.message', 'agent.tool_use', 'agent.tool_use'),
      'agent.tool_result',
      'agent.tool_result',
      ...request('agent.message'),
      ...rest,
    ]);
    const uses = await it.find('agent.tool_use');
    expect(uses[0]).toMatchObject({ evaluated_permission: 'allow', evaluation: { type: 'always_allow' } });
    const [first, second] = it.requests;
    expect(second?.messages.slice(0, 1)).toEqual(first?.messages);
    expect(second?.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'deep', signature: 'scripted' },
          { type: 'text', text: 'Looking.' },
          { type: 'tool_use', id: uses[0]?.id, name: 'bash', input: { command: 'echo 42' } },
          { type: 'tool_use', id: uses[1]?.id, name: 'glob', input: { pattern: '*' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: uses[0]?.id, content: [{ type: 'text', text: '42' }], is_error: false },
          {
            type: 'tool_result',
            tool_use_id: uses[1]?.id,
            content: [{ type: 'text', text: 'no matches' }],
            is_error: false,
          },
        ],
      },
    ]);
    expect((await it.ports.engine.toolCalls(it.session)).map((call) => call.state)).toEqual(['completed', 'completed']);
  });

  test('a message sent while tools run is taken up with their results', async () => {
    const it = await on({
      script: [{ blocks: [{ tool: 'bash', input: { command: 'sleep 0.3' } }] }, { blocks: [{ text: 'both' }] }],
    });
    await it.send(say('first'));
    await it.until(async () => (await it.find('agent.tool_use')).length === 1);
    await it.send(say('second'));
    await it.idle('end_turn');
    expect(it.requests).toHaveLength(2);
    expect(it.requests[1]?.messages.at(-1)?.content.map((block) => block.type)).toEqual(['tool_result', 'text']);
  });
});

describe('waiting for the client', () => {
  const two = [
    {
      blocks: [
        { tool: 'ask', input: { n: 1 } },
        { tool: 'ask', input: { n: 2 } },
      ],
    },
    { blocks: [{ text: 'done' }] },
  ];
  const answer = (id: string | undefined, text: string) => ({
    type: 'user.custom_tool_result' as const,
    custom_tool_use_id: id as `sevt_${string}`,
    content: [{ type: 'text' as const, text }],
  });

  test('custom tools pause the session; partial answers repeat the pause with the rest', async () => {
    const it = await on({ script: two, tools: [customTool('ask')] });
    await it.send(say('go'));
    await it.idle('requires_action');
    const [a, b] = await it.find('agent.custom_tool_use');
    expect((await it.find('session.status_idle'))[0]?.stop_reason).toEqual({
      type: 'requires_action',
      event_ids: [a?.id, b?.id],
    });
    expect((await it.body()).status).toBe('idle');
    await it.send(answer(b?.id, 'two'));
    await it.idle('requires_action', 2);
    expect((await it.log()).slice(-3).map((e) => e.type)).toEqual([
      'user.custom_tool_result',
      'session.usage',
      'session.status_idle',
    ]);
    expect((await it.find('session.status_idle'))[1]?.stop_reason).toEqual({
      type: 'requires_action',
      event_ids: [a?.id],
    });
    await it.send(answer(a?.id, 'one'), answer(a?.id, 'again'));
    await it.idle('end_turn');
    expect((await it.find('session.status_running')).length).toBe(2);
    const results = it.requests[1]?.messages.at(-1)?.content ?? [];
    expect(results.map((block) => block.type === 'tool_result' && block.content)).toEqual([
      [{ type: 'text', text: 'two' }],
      [{ type: 'text', text: 'one' }],
    ]);
  });

  test('a message sent during the pause waits for the answers', async () => {
    const it = await on({ script: two, tools: [customTool('ask')] });
    await it.send(say('go'));
    await it.idle('requires_action');
    await it.send(say('also this'));
    const [a, b] = await it.find('agent.custom_tool_use');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await it.ports.store.inbox(it.session)).toHaveLength(1);
    await it.send(answer(a?.id, '1'), answer(b?.id, '2'));
    await it.idle('end_turn');
    expect(it.requests[1]?.messages.at(-1)?.content.at(-1)).toEqual({ type: 'text', text: 'also this' });
  });

  test('an allowed call runs, a denied one answers with the reason, and both only when all are decided', async () => {
    const it = await on({
      script: [
        {
          blocks: [
            { tool: 'bash', input: { command: 'echo yes' } },
            { tool: 'bash', input: { command: 'echo no' } },
          ],
        },
        { blocks: [{ text: 'ok' }] },
      ],
      tools: [toolset('always_ask')],
    });
    await it.send(say('go'));
    await it.idle('requires_action');
    const [yes, no] = await it.find('agent.tool_use');
    if (!yes || !no) throw new Error('two calls');
    expect(yes.evaluated_permission).toBe('ask');
    await it.send({
      type: 'user.tool_confirmation',
      tool_use_id: no.id,
      result: 'deny',
      deny_message: 'not in the freeze',
    });
    await it.idle('requires_action', 2);
    expect(await it.find('agent.tool_result')).toEqual([]);
    await it.send({ type: 'user.tool_confirmation', tool_use_id: yes.id, result: 'allow' });
    await it.idle('end_turn');
    const results = await it.find('agent.tool_result');
    expect(results.map((result) => [result.tool_use_id, result.is_error])).toEqual([
      [yes.id, false],
      [no.id, true],
    ]);
    expect(JSON.stringify(results[1]?.content)).toContain('not in the freeze');
  });

  test('an unknown tool, a disabled tool and broken input are refused at once, without a pause', async () => {
    const it = await on({
      script: [
        {
          blocks: [
            { tool: 'fly', input: {} },
            { tool: 'web_search', input: { query: 'x' } },
            { tool: 'bash', malformed: '{"command": "ls' },
            { tool: 'read', input: { path: '/tmp' } },
          ],
        },
        { blocks: [{ text: 'sorry' }] },
      ],
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect((await it.find('agent.tool_use')).map((use) => use.evaluated_permission)).toEqual(Array(4).fill('deny'));
    const texts = (await it.find('agent.tool_result')).map((result) => JSON.stringify(result.content));
    expect(texts[0]).toContain('denied');
    expect(texts[2]).toContain('not a JSON object');
    expect(texts[3]).toContain('file_path');
  });

  test('self-hosted environments run the tools themselves', async () => {
    const it = await on({
      script: [{ blocks: [{ tool: 'bash', input: { command: 'ls' } }] }, { blocks: [{ text: 'ok' }] }],
      environment: { type: 'self_hosted' },
    });
    await it.send(say('go'));
    await it.idle('requires_action');
    const [use] = await it.find('agent.tool_use');
    if (!use) throw new Error('no call');
    await it.send({ type: 'user.tool_result', tool_use_id: use.id, content: [{ type: 'text', text: 'theirs' }] });
    await it.idle('end_turn');
    expect(JSON.stringify(it.requests[1]?.messages.at(-1))).toContain('theirs');
  });
});

describe('an interrupt', () => {
  test('cuts off the answer at once and the turn ends', async () => {
    const it = await on({ script: [{ blocks: [{ text: 'a long tale that goes on and on' }], chunkDelayMs: 200 }] });
    await it.send(say('tell'));
    await it.until(async () => it.previews.length > 2);
    const before = Date.now();
    await it.send({ type: 'user.interrupt' });
    const types = await it.idle('end_turn');
    expect(Date.now() - before).toBeLessThan(190);
    expect(types).toEqual(['user.message', ...running, ...request(), 'user.interrupt', ...rest]);
    expect((await it.find('span.model_request_end'))[0]?.is_error).toBe(false);
  });

  test('with a message behind it stops and goes on with that', async () => {
    const it = await on({
      script: async (req) =>
        JSON.stringify(req.messages).includes('instead')
          ? { blocks: [{ text: 'redirected' }] }
          : { blocks: [{ text: 'a b c' }], delayMs: 5_000 },
    });
    await it.send(say('tell'));
    await it.until(async () => it.requests.length === 1);
    await it.send({ type: 'user.interrupt' }, say('instead'));
    await it.idle('end_turn', 2);
    expect((await it.find('agent.message'))[0]?.content[0]?.text).toBe('redirected');
    expect((await it.find('session.status_running')).length).toBe(2);
  });

  test('closes what waits for the client, without asking the model', async () => {
    const it = await on({
      script: [{ blocks: [{ tool: 'ask', input: {} }] }, { blocks: [{ text: 'fresh' }] }],
      tools: [customTool('ask')],
    });
    await it.send(say('go'));
    await it.idle('requires_action');
    await it.send({ type: 'user.interrupt' });
    const types = await it.idle('end_turn');
    expect(types.slice(-5)).toEqual(['user.interrupt', 'agent.tool_result', ...rest]);
    expect(it.requests).toHaveLength(1);
    const [use] = await it.find('agent.custom_tool_use');
    const [closed] = await it.find('agent.tool_result');
    expect(closed).toMatchObject({ tool_use_id: use?.id, is_error: true });
    await it.send(say('again'));
    await it.idle('end_turn', 2);
    expect(it.requests[1]?.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user']);
  });

  test('stops a running tool', async () => {
    const it = await on({ script: [{ blocks: [{ tool: 'bash', input: { command: 'sleep 60' } }] }] });
    await it.send(say('go'));
    await it.until(async () => (await it.ports.engine.toolCalls(it.session)).length === 1);
    await it.send({ type: 'user.interrupt' });
    await it.idle('end_turn');
    expect(JSON.stringify((await it.find('agent.tool_result'))[0])).toContain('interrupted');
  });

  test('changes nothing on a session at rest', async () => {
    const it = await on({ script: [{ blocks: [{ text: 'hi' }] }] });
    await it.send(say('go'));
    await it.idle('end_turn');
    const before = (await it.log()).length;
    await it.send({ type: 'user.interrupt' });
    await it.until(async () => (await it.find('user.interrupt')).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await it.log()).length).toBe(before + 1);
  });

  test('sent right behind a message stops that message too', async () => {
    const it = await on({ script: [{ blocks: [{ text: 'hi' }] }] });
    await it.send(say('go'), { type: 'user.interrupt' });
    expect(await it.idle('end_turn')).toEqual(['user.message', 'user.interrupt', ...rest]);
    expect(it.requests).toHaveLength(0);
  });
});
