import { accumulateManagedAgentsEvent } from '@anthropic-ai/sdk/lib/sessions/accumulate';
import { expect, test, vi } from 'vitest';
import { history, onBothArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

onBothArms('the quick start', (wire) => {
  test('an agent, an environment, a session, a message, and the stream until it is idle', async () => {
    verifies('sessions.create', 'sessions.retrieve', 'sessions.events.stream');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'Hello, I am well.' }] }]);
    expect(session).toMatchObject({ type: 'session', status: 'idle', title: null, resources: [], vault_ids: [] });
    const { all, last } = await runUntilIdle(client, session.id, [says('How are you?')]);
    expect(last).toMatchObject({ stop_reason: { type: 'end_turn' }, stop_details: null });
    expect(all.map((event) => event.type)).toEqual([
      'user.message',
      'user.message',
      'session.status_running',
      'session.thread_status_running',
      'span.model_request_start',
      'agent.message',
      'span.model_request_end',
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ]);
    const after = await client.beta.sessions.retrieve(session.id);
    expect(after.status).toBe('idle');
    expect(after.usage.output_tokens).toBeGreaterThan(0);
    expect(after.stats.active_seconds).toBeGreaterThan(0);
  });

  test('a queued message is streamed twice under one id and listed once, stamped', async () => {
    verifies('sessions.events.send', 'sessions.events.list');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'yes' }] }]);
    const { all } = await runUntilIdle(client, session.id, [says('again?')]);
    const echoes = all.filter((event) => event.type === 'user.message');
    expect(new Set(echoes.map((event) => event.id)).size).toBe(1);
    expect(echoes.map((event) => event.processed_at === null)).toEqual([true, false]);
    const listed = (await history(client, session.id)).filter((event) => event.type === 'user.message');
    expect(listed).toEqual([echoes[1]]);
  });

  test('a session made with first events is running at once and keeps their order', async () => {
    verifies('sessions.create');
    const { client } = wire();
    const session = await wire().session(
      [{ blocks: [{ text: 'done' }] }],
      {},
      {
        initial_events: [says('one'), says('two')],
      },
    );
    expect(session.status).toBe('running');
    const stream = await client.beta.sessions.events.stream(session.id);
    const seen = await history(client, session.id);
    if (!seen.some((event) => event.type === 'session.status_idle')) await until(stream, 'session.status_idle');
    // A fast machine is done before this looks: then nobody has read the stream, and it would stay open.
    stream.controller.abort();
    const messages = (await history(client, session.id)).filter((event) => event.type === 'user.message');
    expect(messages.map((event) => JSON.stringify(event.content))).toEqual([
      expect.stringContaining('one'),
      expect.stringContaining('two'),
    ]);
  });

  test('previews come to who asked for them and add up to the message', async () => {
    verifies('sessions.events.stream');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'one two three' }], chunkDelayMs: 5 }]);
    const stream = await client.beta.sessions.events.stream(session.id, { event_deltas: ['agent.message'] });
    await client.beta.sessions.events.send(session.id, { events: [says('count')] });
    const { all, last } = await until(stream, 'agent.message');
    const start = all.find((event) => event.type === 'event_start');
    expect(start).toMatchObject({ event: { type: 'agent.message', id: last.id } });
    const text = all.flatMap((event) => (event.type === 'event_delta' ? [event.delta.content.text] : [])).join('');
    expect(text.length).toBeGreaterThan(0);
    expect('one two three'.startsWith(text)).toBe(true);
    expect((await history(client, session.id)).map((event) => event.type)).not.toContain('event_delta');
  });

  test("the client's own accumulator folds a live stream into the message, prefix by prefix", async () => {
    verifies('accumulateManagedAgentsEvent', 'sessions.events.stream');
    const { client } = wire();
    const blocks = [{ text: 'one two three' }, { text: 'four five six' }];
    const session = await wire().session([{ blocks, chunkDelayMs: 5 }]);
    const stream = await client.beta.sessions.events.stream(session.id, {
      event_deltas: ['agent.message', 'agent.thinking'],
    });
    await client.beta.sessions.events.send(session.id, { events: [says('count')] });
    const { all, last } = await until(stream, 'agent.message');
    const texts = (message: typeof last) => message.content.map((block) => (block.type === 'text' ? block.text : ''));
    let snapshot: typeof last | undefined;
    let seen = 0;
    for (const event of all) {
      snapshot = accumulateManagedAgentsEvent(snapshot, event);
      if (snapshot === undefined) continue;
      seen += 1;
      for (const [index, text] of texts(snapshot).entries()) expect(texts(last)[index]?.startsWith(text)).toBe(true);
    }
    expect(seen).toBeGreaterThan(3);
    expect(snapshot).toEqual(last);
    expect(texts(last).join(' ')).toBe('one two three four five six');
  });

  test('leaving the stream, either way, frees its subscription', async () => {
    verifies('sessions.events.stream');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'a' }] }]);
    await vi.waitUntil(() => wire().listeners() === 0);
    const streams = [];
    for (let i = 0; i < 10; i++) streams.push(await client.beta.sessions.events.stream(session.id));
    expect(wire().listeners()).toBe(10);
    const [first, ...others] = streams;
    for (const stream of others) stream.controller.abort();
    await client.beta.sessions.events.send(session.id, { events: [says('still there?')] });
    for await (const event of first ?? []) if (event.type === 'session.status_idle') break;
    await vi.waitUntil(() => wire().listeners() === 0, { timeout: 5_000 });
  });
});
