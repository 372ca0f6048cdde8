import { afterEach, describe, expect, test } from 'vitest';
import { anthropicModel } from '../../../src/core/adapters/anthropic/index.ts';
import { scriptedModel } from '../../../src/core/adapters/scripted/index.ts';
import { ModelError } from '../../../src/core/ports/model.ts';
import { aRequest, chunksOf, modelContract } from '../../contract/model.ts';
import { events, type FakeAnthropic, fakeAnthropic, type Reply, type WireEvent } from '../../kit/fake-anthropic.ts';

const services: FakeAnthropic[] = [];
const answerMs = 2_000;
async function service(...replies: Reply[]) {
  const fake = await fakeAnthropic(...replies);
  services.push(fake);
  return {
    fake,
    model: anthropicModel({ apiKey: 'test-key', baseURL: fake.url, silenceMs: 300, firstByteMs: 400, answerMs }),
  };
}
afterEach(async () => {
  for (const one of services.splice(0)) await one.close();
});

const talk = {
  blocks: [
    { thinking: 'hm', signature: 'sig' },
    { text: 'I look' },
    { tool: 'bash', id: 'toolu_1', json: '{"command":"ls"}' },
  ],
  stop: 'tool_use',
};
modelContract('scripted', {
  talking: async () =>
    scriptedModel([{ blocks: [{ thinking: 'hm' }, { text: 'I look' }, { tool: 'bash', input: { command: 'ls' } }] }]),
  endless: async () => scriptedModel([{ blocks: [{ text: 'a b' }], delayMs: 60_000 }]),
});
modelContract('anthropic', {
  talking: async () => (await service(talk)).model,
  endless: async () => (await service({ blocks: [{ text: 'a'.repeat(10) }], betweenMs: 150 })).model,
});

describe('the Messages API as it is spoken', () => {
  test('key, cache markers, tools and a conversation with thinking and results go out as the API takes them', async () => {
    const { fake, model } = await service(talk);
    await chunksOf(model, {
      ...aRequest,
      tools: [
        { name: 'a', description: 'A', input_schema: { type: 'object' } },
        { name: 'b', description: 'B', input_schema: { type: 'object' } },
      ],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 't', signature: 's' },
            { type: 'tool_use', id: 'sevt_1', name: 'a', input: {}, malformed: 'x' },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'sevt_1', content: [{ type: 'text', text: 'r' }], is_error: true },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
        { role: 'user', content: [{ type: 'text', text: 'three' }] },
      ],
    });
    const [sent] = fake.requests;
    const mark = { cache_control: { type: 'ephemeral' } };
    expect(sent?.headers['x-api-key'] ?? sent?.headers.authorization).toContain('test-key');
    expect(sent?.body).toMatchObject({ stream: true, max_tokens: 1_000, system: [{ text: 'You test.', ...mark }] });
    expect(sent?.body.tools).toMatchObject([{ name: 'a' }, { name: 'b', ...mark }]);
    expect(sent?.body.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'one' }] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 't', signature: 's' },
          { type: 'tool_use', id: 'sevt_1', name: 'a', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'sevt_1',
            content: [{ type: 'text', text: 'r' }],
            is_error: true,
            ...mark,
          },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
      { role: 'user', content: [{ type: 'text', text: 'three', ...mark }] },
    ]);
    expect(sent?.body).not.toHaveProperty('output_config');
  });

  test('effort and speed are sent where they differ from what the model does anyway', async () => {
    const { fake, model } = await service(talk);
    await chunksOf(model, { ...aRequest, model: 'claude-opus-4-8', effort: 'low', speed: 'fast' });
    expect(fake.requests[0]?.body).toMatchObject({
      output_config: { effort: 'low' },
      speed: 'fast',
      thinking: { type: 'adaptive' },
    });
    expect(fake.requests[0]?.headers['anthropic-beta']).toContain('fast-mode');
  });

  test('usage counts the cache, and thinking keeps its signature', async () => {
    const usage = { input_tokens: 3, output_tokens: 9, cache_creation_input_tokens: 4, cache_read_input_tokens: 5 };
    const { model } = await service({ ...talk, usage });
    const chunks = await chunksOf(model);
    expect(chunks.at(-1)).toMatchObject({ usage });
    expect(chunks.find((chunk) => chunk.type === 'block')).toEqual({
      type: 'block',
      block: { type: 'thinking', thinking: 'hm', signature: 'sig', by: aRequest.model },
    });
  });

  test('input that is not JSON is handed on as malformed, not thrown', async () => {
    const { model } = await service({
      blocks: [{ tool: 'bash', id: 'toolu_1', json: '{"command": "l' }],
      stop: 'max_tokens',
    });
    const chunks = await chunksOf(model);
    expect(chunks).toContainEqual({
      type: 'block',
      block: { type: 'tool_use', id: 'toolu_1', name: 'bash', input: {}, malformed: '{"command": "l' },
    });
    expect(chunks.at(-1)).toMatchObject({ stop: 'max_tokens' });
  });

  test('a refusal carries its category', async () => {
    const stopDetails = { type: 'refusal' as const, category: 'cyber', explanation: null };
    const { model } = await service({ blocks: [], stop: 'refusal', stopDetails });
    expect((await chunksOf(model)).at(-1)).toMatchObject({
      stop: 'refusal',
      refusal: { category: 'cyber', explanation: null },
    });
  });
});

describe('faults by class', () => {
  const half = { ...talk, cut: { after: 5, how: 'fin' as const } };
  test.each<[string, Reply, object]>([
    [
      'too many requests',
      { status: 429, type: 'rate_limit_error', headers: { 'retry-after': '2' } },
      { fault: 'rate_limited', retryAfterMs: 2_000, retryable: true },
    ],
    [
      'a wait of a day',
      { status: 429, type: 'rate_limit_error', headers: { 'retry-after': '86400' } },
      { retryAfterMs: 120_000 },
    ],
    ['overloaded', { status: 529, type: 'overloaded_error' }, { fault: 'overloaded', retryable: true }],
    ['a server error', { status: 500, type: 'api_error' }, { fault: 'server', retryable: true }],
    ['a wrong key', { status: 401, type: 'authentication_error' }, { fault: 'authentication', retryable: false }],
    ['no money', { status: 402, type: 'billing_error' }, { fault: 'billing', retryable: false }],
    ['an unknown model', { status: 404, type: 'not_found_error' }, { fault: 'unknown_model', retryable: false }],
    [
      'a bad request',
      { status: 400, type: 'invalid_request_error' },
      { fault: 'invalid_request', retryable: false, message: expect.stringContaining('as asked') },
    ],
    ['a stream that just ends', half, { fault: 'connection', retryable: true }],
    ['a stream that is reset', { ...half, cut: { after: 5, how: 'reset' } }, { fault: 'connection', retryable: true }],
    [
      'an error in the middle',
      { ...half, cut: { after: 5, how: { error: 'overloaded_error' } } },
      { fault: 'overloaded' },
    ],
    ['silence before the first byte', { ...talk, delayMs: 2_000 }, { fault: 'timeout', retryable: true }],
    ['silence in the middle', { ...talk, betweenMs: 2_000 }, { fault: 'timeout', retryable: true }],
    [
      'a full context window',
      { ...talk, stop: 'model_context_window_exceeded' },
      { fault: 'too_long', retryable: false },
    ],
    [
      'a prompt that is too long',
      { status: 400, type: 'invalid_request_error', message: 'prompt is too long: 208310 tokens > 200000 maximum' },
      { fault: 'too_long', retryable: false },
    ],
    [
      'no room for the answer',
      {
        status: 400,
        type: 'invalid_request_error',
        message: 'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000',
      },
      { fault: 'too_long' },
    ],
    ['a body that is too large', { status: 413, type: 'request_too_large' }, { fault: 'too_long' }],
  ])('%s', async (_, reply, expected) => {
    const { fake, model } = await service(reply);
    const error = await chunksOf(model).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject(expected);
    expect(fake.requests).toHaveLength(1);
  });

  test('no service at all', async () => {
    const model = anthropicModel({ apiKey: 'k', baseURL: 'http://127.0.0.1:9' });
    await expect(chunksOf(model)).rejects.toMatchObject({ fault: 'connection' });
  });
});

describe('answers that a service should not give', () => {
  const whole = events(talk);
  const without = (type: string) => whole.filter((event) => event.type !== type);
  const twice = (type: string) => whole.flatMap((event) => (event.type === type ? [event, event] : [event]));
  const change = (type: string, fields: object): WireEvent[] =>
    whole.map((event) => (event.type === type ? { ...event, ...fields } : event));
  const ending = (stop_reason: string | null) => change('message_delta', { delta: { stop_reason } });

  test.each<[string, readonly WireEvent[], object]>([
    ['no end', without('message_stop'), { fault: 'connection' }],
    ['blocks that are not ended', without('content_block_stop'), { fault: 'connection' }],
    ['blocks that end twice, which would be called twice', twice('content_block_stop'), { fault: 'connection' }],
    ['an index that is used twice', twice('content_block_start'), { fault: 'connection' }],
    ['blocks that were not begun', without('content_block_start'), { fault: 'connection' }],
    ['no reason', ending(null), { fault: 'connection', retryable: true }],
    [
      'a reason of the future',
      ending('bored'),
      { fault: 'invalid_request', message: expect.stringContaining('bored') },
    ],
    [
      'no word about tokens',
      change('message_start', { message: {} }).map((event) => ({ ...event, usage: undefined })),
      { fault: 'connection', message: expect.stringContaining('tokens') },
    ],
  ])('%s', async (_, told, expected) => {
    const { model } = await service({ events: told });
    await expect(chunksOf(model)).rejects.toMatchObject(expected);
  });

  test('what is left out is not made up: no signature, no input, no name, tokens told at one end only', async () => {
    const bare = (index: number, content_block: object): WireEvent[] => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ];
    const { model } = await service({
      events: [
        { type: 'message_start', message: { usage: { input_tokens: 0, output_tokens: 0 } } },
        ...bare(0, { type: 'thinking' }),
        ...bare(1, { type: 'text' }),
        ...bare(2, { type: 'tool_use' }),
        {
          type: 'message_delta',
          delta: { stop_reason: 'tool_use' },
          usage: { input_tokens: 7, output_tokens: 'many' },
        },
        { type: 'message_stop' },
      ],
    });
    const chunks = await chunksOf(model);
    expect(chunks.flatMap((chunk) => (chunk.type === 'block' ? [chunk.block] : []))).toEqual([
      { type: 'thinking', thinking: '', signature: '', by: aRequest.model },
      { type: 'text', text: '' },
      { type: 'tool_use', id: '', name: '', input: {} },
    ]);
    expect(chunks.at(-1)).toMatchObject({ usage: { input_tokens: 7, output_tokens: 0 } });
  });

  test('while it thinks and only shows signs of life it is waited for, but not for ever', async () => {
    const signs = Array.from({ length: 8 }, () => ({ type: 'ping' }));
    const patient = await service({ events: [...signs, ...whole.slice(0, 1), ...whole.slice(-2)], betweenMs: 60 });
    const endless = await service({ events: Array.from({ length: 100 }, () => ({ type: 'ping' })), betweenMs: 60 });
    const [answer] = await Promise.all([
      chunksOf(patient.model),
      expect(chunksOf(endless.model)).rejects.toMatchObject({ fault: 'timeout' }),
    ]);
    expect(answer.at(-1)).toMatchObject({ type: 'end' });
  });

  test('what the service would refuse for ever after is not sent back to it', async () => {
    const { fake, model } = await service(talk);
    const thought = { type: 'thinking' as const, thinking: 't', signature: 's' };
    const text = (words: string) => ({ type: 'text' as const, text: words });
    await chunksOf(model, {
      ...aRequest,
      messages: [
        { role: 'user', content: [text(' ')] },
        {
          role: 'assistant',
          content: [
            { ...thought, by: aRequest.model },
            { ...thought, by: 'claude-of-yesterday' },
            { type: 'redacted_thinking', data: 'x', by: 'claude-of-yesterday' },
            text('\n\n'),
            { type: 'tool_use', id: 'sevt_1', name: 'functions.bash now!', input: {} },
          ],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'sevt_1', content: [text('\n')], is_error: false }],
        },
        { role: 'assistant', content: [thought, text('so'), { ...thought, signature: '' }, thought] },
        { role: 'user', content: [text('go on')] },
        { role: 'assistant', content: [text(' ')] },
        { role: 'user', content: [text('and?')] },
      ],
    });
    const sent = JSON.parse(JSON.stringify(fake.requests[0]?.body.messages), (key, value) =>
      key === 'cache_control' ? undefined : value,
    );
    expect(sent.map(({ content }: { content: unknown }) => content)).toEqual([
      [text('[blank]')],
      [thought, { type: 'tool_use', id: 'sevt_1', name: 'functions_bash_now_', input: {} }],
      [{ type: 'tool_result', tool_use_id: 'sevt_1', content: [text('[blank]')], is_error: false }],
      [thought, text('so')],
      [text('go on')],
      [text('[blank]')],
      [text('and?')],
    ]);
  });
});
