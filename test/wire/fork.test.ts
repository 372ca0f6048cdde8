import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { history, onBothArms, runUntilIdle, type Session, says } from './arms.ts';
import { verifies } from './verifies.ts';
import { webhookReceiver } from './webhook-receiver.ts';

const { BadRequestError, NotFoundError } = Anthropic;

onBothArms('a fork of a session', (wire) => {
  const fork = (id: string, body: object = {}) => wire().client.post<Session>(`/v1/sessions/${id}/fork`, { body });

  test('it goes on from the last pause with all that was said, and the other session stays as it is', async () => {
    verifies('wire.fork');
    const { client } = wire();
    const heard: string[] = [];
    const session = await wire().session((request) => {
      heard.push(JSON.stringify(request.messages));
      return { blocks: [{ text: `answer ${heard.length}` }] };
    });
    const file = await client.beta.files.upload({ file: new File(['a,b'], 'data.csv') });
    await client.beta.sessions.resources.add(session.id, { type: 'file', file_id: file.id, mount_path: '/data.csv' });
    await client.beta.sessions.update(session.id, { title: 'First', metadata: { team: 'a' } });
    await runUntilIdle(client, session.id, [says('one')]);
    const before = await history(client, session.id);
    const source = await client.beta.sessions.retrieve(session.id);
    const made = await fork(session.id);
    expect(made).toMatchObject({
      type: 'session',
      status: 'idle',
      title: 'First',
      metadata: { team: 'a' },
      agent: source.agent,
      usage: source.usage,
      environment_id: source.environment_id,
      resources: [{ type: 'file', mount_path: '/mnt/session/uploads/data.csv' }],
    });
    expect(made.id).not.toBe(session.id);
    expect((await history(client, made.id)).map(({ id, type }) => [id, type])).toEqual(
      before.map(({ id, type }) => [id, type]),
    );
    await runUntilIdle(client, made.id, [says('two')]);
    expect(heard.at(-1)).toMatch(/one.*answer 1.*two/);
    expect(await history(client, session.id)).toEqual(before);
    const threads = await client.beta.sessions.threads.list(made.id);
    const [thread] = threads.data;
    const ids = (await history(client, made.id)).flatMap((one) =>
      'session_thread_id' in one ? [one.session_thread_id] : [],
    );
    expect(new Set(ids)).toEqual(new Set([thread?.id]));
    await client.beta.sessions.delete(session.id);
    expect(await history(client, made.id)).not.toHaveLength(0);
  });

  test('it begins at an earlier pause when one is named, also one that waits for an answer', async () => {
    verifies('wire.fork');
    const { client } = wire();
    const tool = {
      type: 'custom' as const,
      name: 'ask',
      description: 'asks',
      input_schema: { type: 'object' as const },
    };
    const session = await wire().session(
      (request) => {
        const last = JSON.stringify(request.messages.at(-1));
        if (last.includes('tool_result')) return { blocks: [{ text: `heard ${last.includes('forty-two')}` }] };
        return { blocks: [{ tool: 'ask', input: {} }] };
      },
      { tools: [tool] },
    );
    const { last: pause } = await runUntilIdle(client, session.id, [says('go')]);
    const [use] = (await history(client, session.id)).filter((event) => event.type === 'agent.custom_tool_use');
    const answer = (text: string) => ({
      type: 'user.custom_tool_result' as const,
      custom_tool_use_id: use?.id ?? '',
      content: [{ type: 'text' as const, text }],
    });
    await runUntilIdle(client, session.id, [answer('nothing')]);
    const made = await fork(session.id, { at: pause.id, title: null });
    expect(made.title).toBeNull();
    expect((await history(client, made.id)).at(-1)).toMatchObject({ stop_reason: { type: 'requires_action' } });
    const { all } = await runUntilIdle(client, made.id, [answer('forty-two')]);
    expect(JSON.stringify(all)).toContain('heard true');
    expect(JSON.stringify(await history(client, session.id))).toContain('heard false');
  });

  test('it has the budget of the other session, of which the same is spent', async () => {
    verifies('wire.fork');
    const { client } = wire();
    const usage = { input_tokens: 10_000, output_tokens: 2_000 };
    const twoCents = { blocks: [{ text: 'two cents' }], usage };
    const model = wire().model([twoCents, twoCents], 'claude-haiku-4-5');
    const cents = (amount: string) => ({ type: 'limit' as const, max_list_cost: { amount, currency: 'USD' as const } });
    const budget = cents('2');
    const session = await wire().session([], { model }, { budget });
    const { last: pause } = await runUntilIdle(client, session.id, [says('one')]);
    const made = await fork(session.id);
    expect(made.budget).toEqual(budget);
    expect((await client.beta.sessions.retrieve(made.id)).budget).toEqual(budget);
    const more = client.beta.sessions.events.send(made.id, { events: [says('two')] });
    await expect(more).rejects.toThrow(BadRequestError);
    await client.beta.sessions.update(session.id, { budget: cents('4') });
    await runUntilIdle(client, session.id, [says('two')]);
    const earlier = await fork(session.id, { at: pause.id });
    const lowered = client.beta.sessions.update(earlier.id, { budget: cents('2') });
    await expect(lowered).rejects.toMatchObject({ status: 400, errorCode: 'budget_not_raised' });
    await client.beta.sessions.update(earlier.id, { budget: cents('3') });
  });

  test('only pauses can be forked from, and nobody is told of what happened in the other session', async () => {
    verifies('wire.fork');
    const { client } = wire();
    const receiver = await webhookReceiver();
    const session = await wire().session([{ blocks: [{ text: 'yes' }] }]);
    await runUntilIdle(client, session.id, [says('go')]);
    const [first] = await history(client, session.id);
    for (const at of [first?.id, 'sevt_none', ''])
      await expect(fork(session.id, { at })).rejects.toThrow(BadRequestError);
    await expect(fork('sesn_none')).rejects.toThrow(NotFoundError);
    const { id } = await client.post<{ id: string }>('/v1/admin/webhook_endpoints', { body: { url: receiver.url } });
    await wire().endpointsKnown();
    const made = await fork(session.id);
    await client.beta.vaults.create({ display_name: 'the last thing told' });
    const told = (await receiver.until(2)).map(({ body }) => client.beta.webhooks.parseUnverified(body).data);
    expect(told.map(({ type }) => type).sort()).toEqual(['session.created', 'vault.created']);
    expect(told.map((one) => one.id)).toContain(made.id);
    await client.delete(`/v1/admin/webhook_endpoints/${id}`);
    await receiver.close();
  });

  test('a session in which nothing happened can be forked, too', async () => {
    verifies('wire.fork');
    const session = await wire().session([{ blocks: [{ text: 'yes' }] }]);
    const made = await fork(session.id);
    expect(await history(wire().client, made.id)).toEqual([]);
    const { last } = await runUntilIdle(wire().client, made.id, [says('go')]);
    expect(last).toMatchObject({ stop_reason: { type: 'end_turn' } });
  });
});
