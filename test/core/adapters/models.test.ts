import { afterEach, describe, expect, test } from 'vitest';
import { anthropicModel } from '../../../src/core/adapters/anthropic/index.ts';
import { scriptedModel } from '../../../src/core/adapters/scripted/index.ts';
import { ModelError } from '../../../src/core/ports/model.ts';
import { aRequest, chunksOf, modelContract } from '../../contract/model.ts';
import { type FakeAnthropic, fakeAnthropic, type Reply } from '../../kit/fake-anthropic.ts';

const services: FakeAnthropic[] = [];
async function service(...replies: Reply[]) {
  const fake = await fakeAnthropic(...replies);
  services.push(fake);
  return { fake, model: anthropicModel({ apiKey: 'test-key', baseURL: fake.url, silenceMs: 300, firstByteMs: 400 }) };
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
      block: { type: 'thinking', thinking: 'hm', signature: 'sig' },
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
