import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/core/api/sessions/events/schema.ts';
import { API_KEY, history, onAllArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError } = Anthropic;

interface Frame {
  id: number | null;
  event: string;
}

/** The frames of a plain HTTP stream, until one with this event. */
async function frames(url: string, lastEventId: string | null, last: string): Promise<Frame[]> {
  const controller = new AbortController();
  const reply = await fetch(url, {
    headers: { authorization: `Bearer ${API_KEY}`, ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
    signal: controller.signal,
  });
  expect(reply.headers.get('content-type')).toContain('text/event-stream');
  const seen: Frame[] = [];
  let text = '';
  for await (const chunk of reply.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const id = /^id: (\d+)$/m.exec(part)?.[1];
      const event = /^event: (.+)$/m.exec(part)?.[1];
      if (event !== undefined) seen.push({ id: id === undefined ? null : Number(id), event });
    }
    if (seen.some((frame) => frame.event === last)) break;
  }
  controller.abort();
  return seen;
}

onAllArms('events', (wire) => {
  test('one bad event and none is kept', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session([]);
    const id = 'sevt_none';
    const picture = (media_type: string, data = 'eA==') => ({
      type: 'image' as const,
      source: { type: 'base64' as const, media_type, data },
    });
    const bad: Anthropic.Beta.Sessions.EventSendParams['events'][] = [
      [says('ok'), { type: 'user.message', content: [{ type: 'text', text: '' }] }],
      [says('ok'), { type: 'user.message', content: [{ type: 'redacted' }] }],
      [says('ok'), { type: 'user.custom_tool_result', custom_tool_use_id: id }],
      [says('ok'), { type: 'user.tool_confirmation', tool_use_id: id, result: 'allow' }],
      [says('ok'), { type: 'user.tool_result', tool_use_id: id }],
      [says('ok'), { type: 'user.interrupt', session_thread_id: 'sthr_none' }],
      [{ type: 'system.message', content: [{ type: 'text', text: 'x' }] }, says('ok')],
      [says('ok'), { type: 'user.define_outcome', description: 'x', rubric: { type: 'text', content: '' } }],
      [says('ok'), { type: 'user.message', content: [picture('image/tiff')] }],
      [says('ok'), { type: 'user.message', content: [picture('image/png', 'eA')] }],
      [says('ok'), { type: 'user.message', content: [picture('image/png', '<png')] }],
      [],
    ];
    for (const events of bad) {
      await expect(client.beta.sessions.events.send(session.id, { events })).rejects.toThrow(BadRequestError);
    }
    await expect(
      client.beta.sessions.events.send(session.id, {
        events: [{ type: 'user.message', content: [picture('image/tiff')] }],
      }),
    ).rejects.toThrow('must be one of image/jpeg, image/png, image/gif, image/webp');
    expect(await history(client, session.id)).toEqual([]);
    expect((await client.beta.sessions.retrieve(session.id)).status).toBe('idle');
  });

  test('a confirmation for a call that never asked is an error, and so is a result of the wrong kind', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session(
      [{ blocks: [{ tool: 'bash', input: { command: 'true' } }] }, { blocks: [{ text: 'ok' }] }],
      { tools: [{ type: 'agent_toolset_20260401' }] },
    );
    const { all } = await runUntilIdle(client, session.id, [says('go')]);
    const id = all.find((event) => event.type === 'agent.tool_use')?.id ?? '';
    const send = (event: Anthropic.Beta.Sessions.BetaManagedAgentsEventParams) =>
      client.beta.sessions.events.send(session.id, { events: [event] });
    await expect(send({ type: 'user.tool_confirmation', tool_use_id: id, result: 'allow' })).rejects.toThrow(
      'confirmation',
    );
    await expect(send({ type: 'user.custom_tool_result', custom_tool_use_id: id })).rejects.toThrow('agent.tool_use');
    await expect(send({ type: 'user.tool_result', tool_use_id: id })).rejects.toThrow('self-hosted');
  });

  test('lists page in both orders without a gap, and filter by type and time', async () => {
    verifies('sessions.events.list');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'a' }] }, { blocks: [{ text: 'b' }] }]);
    await runUntilIdle(client, session.id, [says('one')]);
    await runUntilIdle(client, session.id, [says('two')]);
    const whole = await history(client, session.id);
    const ids = whole.map((event) => event.id);
    const paged: string[] = [];
    for await (const event of client.beta.sessions.events.list(session.id, { limit: 3 })) paged.push(event.id);
    expect(paged).toEqual(ids);
    const down: string[] = [];
    for await (const event of client.beta.sessions.events.list(session.id, { limit: 4, order: 'desc' }))
      down.push(event.id);
    expect(down).toEqual([...ids].reverse());
    const types = ['agent.message', 'user.message'] as const;
    const some = await client.beta.sessions.events.list(session.id, { types: [...types] });
    expect(some.data.map((event) => event.type)).toEqual([
      'user.message',
      'agent.message',
      'user.message',
      'agent.message',
    ]);
    const after = whole.at(-1)?.processed_at ?? '';
    expect((await client.beta.sessions.events.list(session.id, { 'created_at[gt]': after })).data).toEqual([]);
    const page = await client.beta.sessions.events.list(session.id, { limit: 3 });
    await expect(
      client.beta.sessions.events.list(session.id, { limit: 3, order: 'desc', page: page.next_page ?? '' }),
    ).rejects.toThrow(BadRequestError);
  });

  test('every type may be asked for: all of them are the whole log, and of some none is ever written', async () => {
    verifies('sessions.events.list', 'wire.eventTypes');
    const { client } = wire();
    const session = await wire().session([{ blocks: [{ text: 'yes' }] }]);
    await runUntilIdle(client, session.id, [says('go')]);
    const ids = (await history(client, session.id)).map((event) => event.id);
    expect(EVENT_TYPES).toHaveLength(41);
    for (const order of ['asc', 'desc'] as const) {
      const paged: string[] = [];
      const query = { limit: 3, order, types: [...EVENT_TYPES] };
      for await (const event of client.beta.sessions.events.list(session.id, query)) paged.push(event.id);
      expect(paged).toEqual(order === 'asc' ? ids : ids.toReversed());
    }
    const types = EVENT_TYPES.filter((type) => type.startsWith('workflow_run.'));
    expect(types).toHaveLength(7);
    expect((await client.beta.sessions.events.list(session.id, { types })).data).toEqual([]);
  });

  test('what waits is listed last with a null time', async () => {
    verifies('sessions.events.list', 'sessions.events.send');
    const { client } = wire();
    let requests = 0;
    const session = await wire().session(() => {
      requests += 1;
      return { blocks: [{ text: 'slow' }], delayMs: requests === 1 ? 60_000 : 0 };
    });
    const stream = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [says('begin')] });
    await until(stream, 'span.model_request_start');
    await client.beta.sessions.events.send(session.id, { events: [says('queued 1'), says('queued 2')] });
    const listed = await history(client, session.id);
    expect(listed.slice(-2).map((event) => event.processed_at)).toEqual([null, null]);
    const paged: string[] = [];
    for await (const event of client.beta.sessions.events.list(session.id, { limit: 1 })) paged.push(event.id);
    expect(paged).toEqual(listed.map((event) => event.id));
    const down: string[] = [];
    for await (const event of client.beta.sessions.events.list(session.id, { limit: 1, order: 'desc' }))
      down.push(event.id);
    expect(down).toEqual(paged.reverse());
    await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
  });

  test('Last-Event-ID replays what came after it, then goes on live, without gap or double', async () => {
    verifies('wire.replay');
    const { client, url } = wire();
    const session = await wire().session([
      { blocks: [{ text: 'one' }] },
      { blocks: [{ text: 'two' }], chunkDelayMs: 5 },
    ]);
    await runUntilIdle(client, session.id, [says('first')]);
    const stream = `${url}/v1/sessions/${session.id}/events/stream`;
    const past = await frames(stream, '0', 'session.status_idle');
    const ids = past.map((frame) => frame.id ?? -1);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
    await client.beta.sessions.events.send(session.id, { events: [says('second')] });
    const rest = await frames(stream, String(ids.at(3)), 'session.status_idle');
    expect(rest[0]?.id).toBe((ids.at(3) ?? 0) + 1);
    await until(
      await client.beta.sessions.events.stream(session.id, {}, { headers: { 'last-event-id': String(ids.at(-1)) } }),
      'session.status_idle',
    );
    const whole = (await frames(stream, '0', 'session.status_idle')).filter((frame) => frame.id !== null);
    expect(new Set(whole.map((frame) => frame.id)).size).toBe(whole.length);
    const bad = await fetch(stream, { headers: { 'x-api-key': API_KEY, 'last-event-id': 'x' } });
    expect(bad.status).toBe(400);
  });

  test('ten readers joining at any moment each see every event once', async () => {
    verifies('sessions.events.stream', 'wire.replay');
    const { client, url } = wire();
    const session = await wire().session([{ blocks: [{ text: 'a b c d e f g h' }], chunkDelayMs: 3 }]);
    const stream = `${url}/v1/sessions/${session.id}/events/stream`;
    const sending = client.beta.sessions.events.send(session.id, { events: [says('go')] });
    const readers = Array.from({ length: 10 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 4));
      return await frames(stream, '0', 'session.status_idle');
    });
    await sending;
    for (const seen of await Promise.all(readers)) {
      const ids = seen.flatMap((frame) => (frame.id === null ? [] : [frame.id]));
      expect(ids).toEqual(ids.map((_, index) => index + 1));
      expect(ids).toHaveLength(9);
    }
  });

  test('deltas of anything but messages and thinking are refused', async () => {
    verifies('sessions.events.stream');
    const { client } = wire();
    const session = await wire().session([]);
    const wrong = { query: { event_deltas: ['agent.tool_use'] } };
    await expect(client.beta.sessions.events.stream(session.id, {}, wrong)).rejects.toThrow(BadRequestError);
  });
});
