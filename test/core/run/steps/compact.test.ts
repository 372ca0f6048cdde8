/** A conversation that outgrows the model is summarized, on record, and goes on. */
import { describe, expect, test } from 'vitest';
import { type Model, ModelError, type ModelRequest } from '../../../../src/core/ports/model.ts';
import { faults } from '../legal.ts';
import { onStage } from '../on-stage.ts';
import { type Setting, type Stage, say } from '../stage.ts';
import { pointsOf, twoLives } from '../two-lives.ts';

const on = onStage();

/** Counts as the service would, by length. */
function usage(request: ModelRequest) {
  return { input_tokens: Math.ceil(JSON.stringify(request.messages).length / 3), output_tokens: 10 };
}
function textOf(request: ModelRequest): string {
  return JSON.stringify(request.messages);
}
function resultsOf({ messages }: ModelRequest): string[] {
  const blocks = messages.flatMap((message) => message.content);
  return blocks.flatMap((block) => (block.type === 'tool_result' ? [JSON.stringify(block.content)] : []));
}
function isSummary(request: ModelRequest): boolean {
  return textOf(request).includes('about to outgrow');
}
const noCache = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const limits = { contextTokens: 8_000 };
const long = (word: string) => say(`${word} ${'x'.repeat(8_800)}`);

describe('before it is too much', () => {
  test('older lines become a summary, the newest stay, the log keeps all', async () => {
    const it = await on({
      limits,
      script: (request) => ({
        blocks: [{ text: isSummary(request) ? 'They said alpha and beta.' : 'noted' }],
        usage: usage(request),
      }),
    });
    await it.send(long('alpha'));
    await it.idle('end_turn');
    await it.send(long('beta'));
    await it.idle('end_turn', 2);
    expect(await it.find('agent.thread_context_compacted')).toEqual([]);
    await it.send(say(`gamma ${'.'.repeat(300)}`));
    const types = await it.idle('end_turn', 3);
    expect(types.slice(types.lastIndexOf('user.message'))).toEqual([
      'user.message',
      'session.status_running',
      'session.thread_status_running',
      'span.model_request_start',
      'agent.thread_context_compacted',
      'span.model_request_end',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ]);
    const [, , asked, last] = it.requests;
    if (asked === undefined || last === undefined) throw new Error('four requests');
    expect(isSummary(asked)).toBe(true);
    expect(asked.messages.slice(0, 4)).toEqual(it.requests[1]?.messages.concat(asked.messages[3] ?? []));
    expect(textOf(last)).toContain('They said alpha and beta.');
    expect(textOf(last)).toContain('gamma');
    expect(textOf(last)).not.toContain('xxx');
    expect(last.system).toBe(it.requests[0]?.system);
    expect(it.requests.map((request) => request.tools.some((tool) => tool.name === 'session_log'))).toEqual([
      ...[false, false, false],
      true,
    ]);
    expect(JSON.stringify(await it.find('user.message'))).toContain('alpha xxx');
    expect(it.previews.some((one) => JSON.stringify(one).includes('They'))).toBe(false);
    const spent = (await it.find('span.model_request_end')).map((end) => end.model_usage.input_tokens);
    expect((await it.body()).usage.input_tokens).toBe(spent.reduce((a, b) => a + b));
  });

  test('a mind without bounds is never asked for one', async () => {
    const it = await on({
      limits,
      script: () => ({ blocks: [{ text: 'noted' }], usage: { input_tokens: 1_000_000 } }),
      wrap: (ports) => ({
        ...ports,
        models: { for: (id) => ({ ...ports.models.for(id), contextTokens: Number.POSITIVE_INFINITY }) },
      }),
    });
    for (const round of [1, 2]) {
      await it.send(long('alpha'));
      await it.idle('end_turn', round);
    }
    expect(await it.find('agent.thread_context_compacted')).toEqual([]);
  });
});

describe('when it is too much', () => {
  test('a request that does not fit is made shorter and asked again, and nobody hears of an error', async () => {
    const it = await on({
      script: (request) => {
        if (isSummary(request)) return { blocks: [{ text: 'the summary' }] };
        return textOf(request).includes('the summary')
          ? { blocks: [{ text: 'fine' }] }
          : { blocks: [], faults: [{ fault: 'too_long' }] };
      },
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect(await it.find('session.error')).toEqual([]);
    expect(await it.find('agent.thread_context_compacted')).toHaveLength(1);
    expect(textOf(it.requests[2] ?? ({ ...it.requests[0], messages: [] } as ModelRequest))).toContain('the summary');
  });

  test('when not even the request for a summary fits, the text of it is halved until it does', async () => {
    const most = 1_200;
    const it = await on({
      limits: { contextTokens: 2_000 },
      script: (request) =>
        textOf(request).length > 2 * most
          ? { blocks: [], faults: Array(9).fill({ fault: 'too_long' as const }) }
          : { blocks: [{ text: 'short' }] },
    });
    await it.send(say(`first ${'y'.repeat(20_000)} last`));
    await it.idle('end_turn');
    const lengths = it.requests.filter(isSummary).map((request) => textOf(request).length);
    expect(lengths.length).toBeGreaterThan(2);
    expect([...lengths].sort((a, b) => b - a)).toEqual(lengths);
    const made = it.requests.filter(isSummary).at(-1);
    expect(made?.tools).toEqual([]);
    expect(JSON.stringify(made?.messages)).toMatch(/first y.*characters left out here.*y last/);
  });

  test('a summary that does not help ends the turn with the error that says so; a new message begins afresh', async () => {
    const it = await on({
      script: (request) =>
        isSummary(request)
          ? { blocks: [{ text: 'a summary' }] }
          : { blocks: [{ text: 'now' }], ...(textOf(request).includes('again') ? {} : tooLong) },
    });
    const tooLong = { faults: Array(99).fill({ fault: 'too_long' as const }) };
    await it.send(say('go'));
    await it.idle('retries_exhausted');
    expect((await it.find('session.error'))[0]?.error).toMatchObject({
      type: 'compaction_limit_reached_error',
      retry_status: { type: 'exhausted' },
    });
    expect(await it.find('agent.thread_context_compacted')).toHaveLength(5);
    await it.send(say('again'));
    await it.idle('end_turn');
  });

  test('an interrupt stops it like any other request', async () => {
    const it = await on({
      limits,
      script: (request) =>
        isSummary(request)
          ? { blocks: [{ text: 'never' }], delayMs: 60_000 }
          : { blocks: [{ text: 'noted' }], usage: { input_tokens: 7_000 } },
    });
    await it.send(long('alpha'));
    await it.idle('end_turn');
    await it.send(say('more'));
    await it.until(async () => it.requests.some(isSummary));
    await it.send({ type: 'user.interrupt' });
    await it.idle('end_turn', 2);
    expect(await it.find('agent.thread_context_compacted')).toEqual([]);
    expect((await it.find('span.model_request_end')).at(-1)?.is_error).toBe(false);
  });
});

test('an answer that was to go on with calls is no summary, and what it cost counts', async () => {
  const it = await on({
    limits,
    model: 'claude-opus-4-6',
    script: (request) => {
      const counted = { usage: { input_tokens: 7_000, output_tokens: 0 } };
      if (!isSummary(request)) return { blocks: [{ text: 'noted' }], ...counted };
      const called = { tool: 'bash', input: { command: 'true' } };
      return { blocks: [{ text: 'the gist' }, ...(request.tools.length > 0 ? [called] : [])], ...counted };
    },
  });
  await it.send(long('alpha'));
  await it.idle('end_turn');
  await it.send(say('more'));
  await it.idle('end_turn', 2);
  expect(it.requests.filter(isSummary).map((request) => request.tools.length > 0)).toEqual([true, false]);
  expect(await it.find('agent.thread_context_compacted')).toHaveLength(1);
  expect(await it.find('agent.tool_use')).toEqual([]);
  expect((await it.body()).hidden.cost).toBe(4 * 7_000 * 5);
});

test('a request for a summary that fails in passing is made again, and what it had cost counts', async () => {
  const it = await on({
    limits,
    model: 'claude-opus-4-6',
    script: (request) => ({
      blocks: [{ text: isSummary(request) ? 'the gist' : 'noted' }],
      usage: { input_tokens: 7_000, output_tokens: 0 },
    }),
    wrap: (ports) => ({ ...ports, models: { for: () => breaking(ports.models.for('scripted')) } }),
  });
  let broken = 0;
  const breaking = (model: Model): Model => ({
    async *respond(request, leave) {
      if (isSummary(request) && ++broken === 1) {
        yield { type: 'begin', usage: { ...usage(request), input_tokens: 1_000, output_tokens: 0, ...noCache } };
        throw new ModelError('overloaded', 'later');
      }
      yield* model.respond(request, leave);
    },
  });
  await it.send(long('alpha'));
  await it.idle('end_turn');
  await it.send(say('more'));
  await it.idle('end_turn', 2);
  expect((await it.find('session.error'))[0]?.error).toMatchObject({ type: 'model_overloaded_error' });
  expect(await it.find('agent.thread_context_compacted')).toHaveLength(1);
  expect((await it.body()).hidden.cost).toBe((3 * 7_000 + 1_000) * 5);
});

describe('what was summarized away', () => {
  test('is found by its words and read by its number', async () => {
    const results: string[] = [];
    const it = await on({
      limits: { contextTokens: 20_000 },
      script: (request) => {
        if (isSummary(request)) return { blocks: [{ text: 'There was a code word.' }] };
        if (!textOf(request).includes('There was'))
          return { blocks: [{ text: 'ok' }], usage: { input_tokens: 16_000 } };
        results.push(...resultsOf(request).slice(results.length));
        const [found, read] = results;
        const input = found === undefined ? { query: 'CODE word is' } : { line: Number(/#(\d+) /.exec(found)?.[1]) };
        return { blocks: [read === undefined ? { tool: 'session_log', input } : { text: 'heron' }] };
      },
    });
    await it.send(say(`The code word is heron. ${'x'.repeat(30_000)} end`));
    await it.idle('end_turn');
    await it.send(say('What was it?'));
    await it.idle('end_turn', 2);
    expect(results[0]).toMatch(/#1 .*The code word is heron\..* characters\]/);
    expect(results[1]).toMatch(/The code word is heron\.[\s\S]*more characters: line: 1, offset: 20000/);
    expect((await it.find('agent.tool_use')).map((use) => [use.name, use.evaluated_permission])).toEqual([
      ['session_log', 'allow'],
      ['session_log', 'allow'],
    ]);
  });

  test('cannot be asked for before there is something', async () => {
    const it = await on({
      script: [{ blocks: [{ tool: 'session_log', input: { query: 'x' } }] }, { blocks: [{ text: 'ok' }] }],
    });
    await it.send(say('go'));
    await it.idle('end_turn');
    expect((await it.find('agent.tool_use'))[0]?.evaluated_permission).toBe('deny');
  });
});

test('calls, results and thinking stay together around every summary of a long turn', async () => {
  let calls = 0;
  const it = await on({
    limits: { contextTokens: 3_000 },
    script: (request) => {
      if (isSummary(request)) return { blocks: [{ text: `after ${calls} calls` }] };
      calls += 1;
      if (calls > 12) return { blocks: [{ text: 'done' }] };
      const command = `echo ${'z'.repeat(900)}`;
      return {
        blocks: [{ thinking: `thought ${calls}` }, { text: 'Look.' }, { tool: 'bash', input: { command } }],
        usage: usage(request),
      };
    },
  });
  await it.send(say('go'));
  await it.idle('end_turn');
  expect((await it.find('agent.thread_context_compacted')).length).toBeGreaterThan(2);
  for (const request of it.requests) {
    expect(faults(request.messages)).toEqual([]);
    for (const message of request.messages.filter(({ role }) => role === 'assistant')) {
      expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text', 'tool_use']);
    }
  }
  expect(it.requests.some((r) => !isSummary(r) && textOf(r).includes('after') && textOf(r).includes('thought'))).toBe(
    true,
  );
});

describe('killed while it is summarized, the story goes on with one summary', async () => {
  const setting: Setting = {
    limits,
    script: (request) => ({
      blocks: [{ text: isSummary(request) ? 'so far: alpha' : 'noted' }],
      usage: usage(request),
    }),
  };
  const story = {
    setting,
    begin: (it: Stage) => it.send(say(`alpha ${'x'.repeat(30_000)}`)),
    finish: (it: Stage) => it.idle('end_turn'),
    look: (it: Stage) => it.log(),
  };

  test.each(await pointsOf(story))('$name, call $at, after: $after', async (death) => {
    const { told: log, requests, died } = await twoLives(story, death);
    expect(died).toBe(true);
    expect(log.filter((event) => event.type === 'agent.thread_context_compacted')).toHaveLength(1);
    expect(log.filter((event) => event.type === 'agent.message')).toHaveLength(1);
    const told = requests.filter((request) => !isSummary(request));
    expect(told.length).toBeGreaterThan(0);
    for (const request of told) {
      expect(textOf(request).split('so far: alpha')).toHaveLength(2);
      expect(textOf(request)).not.toContain('xxx');
    }
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});
