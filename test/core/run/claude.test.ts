/** The run and the adapter together, against a service that speaks the Messages API: what goes out, and what comes of it. */
import { afterEach, describe, expect, test } from 'vitest';
import { anthropicModel } from '../../../src/core/adapters/anthropic/index.ts';
import { type FakeAnthropic, fakeAnthropic, type Reply } from '../../kit/fake-anthropic.ts';
import { promptCache } from '../../kit/prompt-cache.ts';
import { customTool, type Setting, type Stage, say, stage, toolset } from './stage.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function on(
  replies: Reply[],
  setting: Partial<Setting> = {},
  silenceMs = 8_000,
): Promise<Stage & { fake: FakeAnthropic }> {
  const fake = await fakeAnthropic(...replies);
  const model = anthropicModel({ apiKey: 'k', baseURL: fake.url, silenceMs });
  const it = await stage({
    script: [],
    model: 'claude-opus-4-6',
    wrap: (ports) => ({ ...ports, models: { for: () => model } }),
    ...setting,
  });
  open.push(it, fake);
  return { ...it, fake };
}
const text = (words: string) => ({ blocks: [{ text: words }] });
const bash = (id: string, command: string) => ({ tool: 'bash', id, json: JSON.stringify({ command }) });
const messagesOf = (fake: FakeAnthropic, place: number) =>
  fake.requests[place]?.body.messages as { role: string; content: Record<string, unknown>[] }[];

function idsOf(content: Record<string, unknown>[] = [], field: string): unknown[] {
  return content.flatMap((block) => (block[field] === undefined ? [] : [block[field]]));
}

describe('the prompt cache', () => {
  test('serves everything that was sent before, over turns, many calls, errors, interrupts and remarks', async () => {
    const cache = promptCache();
    const many = Array.from({ length: 30 }, (_, index) => bash(`toolu_${index}`, `echo ${index}`));
    const script: Exclude<Reply, (body: Record<string, unknown>) => Reply>[] = [
      { blocks: [{ thinking: 'look', signature: 'sig' }, { text: 'I look.' }, ...many], stop: 'tool_use' },
      { blocks: [{ redacted: 'xyz' }, bash('toolu_a', 'echo again')], stop: 'tool_use' },
      text('Done.'),
      { status: 529, type: 'overloaded_error', headers: { 'retry-after': '0' } },
      { blocks: [{ text: 'Half' }], stop: 'max_tokens' },
      text('and whole.'),
      { blocks: [{ text: 'a long tale' }], betweenMs: 300 },
      text('Redirected.'),
    ];
    let asked = 0;
    const it = await on([
      (body) => {
        const reply = script[asked++] ?? text('The end.');
        const usage = { ...cache(body) };
        return 'status' in reply ? reply : { ...reply, usage };
      },
    ]);
    await it.send(say('first'));
    await it.idle('end_turn');
    await it.send(say('second'), { type: 'system.message', content: [{ type: 'text', text: 'Be brief.' }] });
    await it.idle('end_turn', 2);
    await it.send(say('third'));
    await it.until(async () => it.fake.requests.length === 7);
    await it.send({ type: 'user.interrupt' }, say('instead'));
    await it.idle('end_turn', 4);

    const again = promptCache();
    const used = it.fake.requests.map(({ body }) => again(body));
    expect(used).toHaveLength(8);
    for (const [place, now] of used.entries()) {
      const before = used[place - 1];
      if (before === undefined) continue;
      expect(now.cache_read_input_tokens, `request ${place + 1}`).toBe(
        before.cache_read_input_tokens + before.cache_creation_input_tokens,
      );
      expect(now.input_tokens).toBe(0);
    }
    const ends = (await it.find('span.model_request_end')).map((end) => end.model_usage);
    const read = ends.map((usage) => usage.cache_read_input_tokens);
    expect(read.filter((tokens) => tokens > 0).length).toBeGreaterThan(4);
    const { usage } = await it.body();
    expect(usage.cache_read_input_tokens).toBe(read.reduce((a, b) => a + b));
    expect(usage.cache_creation.ephemeral_5m_input_tokens).toBeGreaterThan(0);
    expect((await it.find('session.usage')).at(-1)?.usage).toMatchObject({
      cache_read_input_tokens: usage.cache_read_input_tokens,
    });
  });
});

test('a summary is asked for behind the cached conversation, and what does not change with it stays cached', async () => {
  const cache = promptCache();
  const isSummary = (body: Record<string, unknown>) => JSON.stringify(body.messages).includes('about to outgrow');
  const it = await on(
    [
      (body) => {
        const used = cache(body);
        const full = { ...used, output_tokens: 5 };
        return { ...text(isSummary(body) ? `the gist ${'g'.repeat(4_000)}` : 'noted'), usage: full };
      },
    ],
    { limits: { contextTokens: 9_000 } },
  );
  for (let round = 1; round <= 5; round += 1) {
    await it.send(say(`round ${round} ${'x'.repeat(11_000)}`));
    await it.idle('end_turn', round);
  }
  const again = promptCache();
  const used = it.fake.requests.map(({ body }) => ({ summary: isSummary(body), ...again(body) }));
  const summaries = used.flatMap(({ summary }, place) => (summary ? [place] : []));
  expect(summaries.length).toBeGreaterThan(1);
  for (const place of summaries) {
    const [before, now] = [used[place - 1], used[place]];
    const kept = (before?.cache_read_input_tokens ?? 0) + (before?.cache_creation_input_tokens ?? 0);
    expect(now?.cache_read_input_tokens, `the summary asked in request ${place + 1}`).toBeGreaterThanOrEqual(kept);
  }
  // The first summary brings the tool that looks up the log; from then on tools and system prompt are the same bytes.
  for (const place of summaries.slice(1)) expect(used[place + 1]?.cache_read_input_tokens).toBeGreaterThan(500);
});

describe('answers as the service gives them', () => {
  test('thinking comes back where it stood, signed or redacted, before the calls it led to', async () => {
    const it = await on([
      {
        blocks: [
          { thinking: 'first', signature: 'sig-1' },
          { redacted: 'opaque' },
          { text: 'Look.' },
          { thinking: 'second', signature: 'sig-2' },
          bash('toolu_1', 'echo 1'),
          bash('toolu_2', 'echo 2'),
        ],
        stop: 'tool_use',
      },
      text('ok'),
    ]);
    await it.send(say('go'));
    await it.idle('end_turn');
    const [, answer, results] = messagesOf(it.fake, 1);
    const ids = (await it.find('agent.tool_use')).map((use) => use.id);
    expect(answer?.content).toEqual([
      { type: 'thinking', thinking: 'first', signature: 'sig-1' },
      { type: 'redacted_thinking', data: 'opaque' },
      { type: 'text', text: 'Look.' },
      { type: 'thinking', thinking: 'second', signature: 'sig-2' },
      { type: 'tool_use', id: ids[0], name: 'bash', input: { command: 'echo 1' } },
      { type: 'tool_use', id: ids[1], name: 'bash', input: { command: 'echo 2' } },
    ]);
    expect(results?.content.map((block) => block.tool_use_id)).toEqual(ids);
    expect(JSON.stringify(await it.log())).not.toMatch(/sig-1|opaque|"first"/);
  });

  test('a call that the output limit or a slip cut is refused with a word about it, and the conversation stays legal', async () => {
    const it = await on([
      {
        blocks: [bash('toolu_1', 'true'), { tool: 'bash', id: 'toolu_2', json: '{"command": "rm -r' }],
        stop: 'max_tokens',
      },
      { blocks: [{ tool: 'bash', id: 'toolu_3', json: '["not", "an object"]' }], stop: 'tool_use' },
      text('ok'),
    ]);
    await it.send(say('go'));
    await it.idle('end_turn');
    const results = (await it.find('agent.tool_result')).map((result) => JSON.stringify(result.content));
    expect(results).toHaveLength(3);
    expect(results.join()).toMatch(/cut off by the output limit/);
    expect(results.join()).toMatch(/not a JSON object/);
    expect((await it.ports.engine.toolCalls(it.session)).length).toBe(1);
    for (const place of [1, 2]) {
      const messages = messagesOf(it.fake, place);
      const uses = idsOf(messages.at(-2)?.content, 'id');
      expect(uses.length).toBeGreaterThan(0);
      expect(idsOf(messages.at(-1)?.content, 'tool_use_id').sort()).toEqual(uses.sort());
    }
  });

  test.each<[string, Reply, string]>([
    [
      '429 with a wait',
      { status: 429, type: 'rate_limit_error', headers: { 'retry-after': '0.2' } },
      'model_rate_limited_error',
    ],
    ['529', { status: 529, type: 'overloaded_error' }, 'model_overloaded_error'],
    ['500', { status: 500, type: 'api_error' }, 'model_request_failed_error'],
    ['a half-closed stream', { ...text('lost words'), cut: { after: 4, how: 'fin' } }, 'model_request_failed_error'],
    ['a reset in the middle', { ...text('lost words'), cut: { after: 4, how: 'reset' } }, 'model_request_failed_error'],
    [
      'an overload in the middle',
      { ...text('lost words'), cut: { after: 4, how: { error: 'overloaded_error' } } },
      'model_overloaded_error',
    ],
    ['silence in the middle', { ...text('lost words'), betweenMs: 1_500 }, 'model_request_failed_error'],
  ])(
    '%s: the session says that it is rescheduled, tries again, and keeps nothing of the failed answer',
    async (_, reply, type) => {
      const it = await on([reply, text('fine')], {}, 900);
      await it.send(say('go'));
      const types = await it.idle('end_turn');
      expect(types.filter((one) => one.includes('rescheduled') || one === 'session.error')).toEqual([
        'session.error',
        'session.thread_status_rescheduled',
        'session.status_rescheduled',
      ]);
      expect((await it.find('session.error'))[0]?.error).toMatchObject({ type, retry_status: { type: 'retrying' } });
      expect(it.fake.requests[1]?.body.messages).toEqual(it.fake.requests[0]?.body.messages);
      expect((await it.find('agent.message')).map((message) => message.content[0]?.text)).toEqual(['fine']);
    },
  );

  test('what an answer had cost when it was cut off or broke off counts', async () => {
    const usage = { input_tokens: 1_000_000, output_tokens: 1 };
    const it = await on([
      { blocks: [{ text: 'a long tale' }], betweenMs: 300, usage },
      { ...text('lost words'), cut: { after: 4, how: 'fin' }, usage },
      { ...text('fine'), usage: { input_tokens: 0, output_tokens: 0 } },
    ]);
    await it.send(say('go'));
    await it.until(async () => it.previews.length > 0);
    await it.send({ type: 'user.interrupt' });
    await it.idle('end_turn');
    await it.send(say('again'));
    await it.idle('end_turn', 2);
    const ends = await it.find('span.model_request_end');
    expect(ends.map((end) => [end.is_error, end.model_usage.input_tokens])).toEqual([
      [false, 1_000_000],
      [true, 1_000_000],
      [false, 0],
    ]);
    expect((await it.body()).usage).toMatchObject({
      input_tokens: 2_000_000,
      list_cost: { amount: '1000', currency: 'USD' },
    });
  });

  test('a prompt that is too long for the service is summarized and sent again', async () => {
    const tooLong = {
      status: 400,
      type: 'invalid_request_error',
      message: 'prompt is too long: 210000 tokens > 200000 maximum',
    };
    const it = await on(
      [
        (body) => {
          const sent = JSON.stringify(body.messages);
          if (sent.includes('about to outgrow')) return text('Asked for a summary of x.');
          return sent.includes('xxxx') ? tooLong : text('fine');
        },
      ],
      { tools: [toolset(), customTool('ask')] },
    );
    await it.send(say('x'.repeat(90_000)));
    await it.idle('end_turn');
    expect(await it.find('session.error')).toEqual([]);
    expect(await it.find('agent.thread_context_compacted')).toHaveLength(1);
    expect(it.fake.requests).toHaveLength(3);
    expect(it.fake.requests[2]?.body.system).toEqual(it.fake.requests[0]?.body.system);
    expect(JSON.stringify(messagesOf(it.fake, 2))).toContain('Asked for a summary of x.');
  });
});
