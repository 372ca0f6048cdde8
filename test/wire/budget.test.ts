import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { Script } from '../../src/core/adapters/scripted/index.ts';
import { type AgentParams, history, onBothArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError } = Anthropic;

/** A model with a list price: a dollar for a million tokens read, five for a million written. */
const PRICED = 'claude-haiku-4-5';
const usage = { input_tokens: 10_000, output_tokens: 2_000 };
/** One such answer costs two cents. */
const answer = (text: string) => ({ blocks: [{ text }], usage });
const lookup = {
  type: 'custom' as const,
  name: 'lookup',
  description: 'Looks something up.',
  input_schema: { type: 'object' as const },
};

function cents(amount: string) {
  return { type: 'limit' as const, max_list_cost: { amount, currency: 'USD' as const } };
}

onBothArms('budgets', (wire) => {
  const session = (script: Script, amount: string, agent: AgentParams = {}) =>
    wire().session([], { model: wire().model(script, PRICED), ...agent }, { budget: cents(amount) });

  test('only what has a price can have a budget, and it is in whole cents', async () => {
    verifies('sessions.create');
    const { client } = wire();
    const made = await session([], '5');
    expect(made.budget).toEqual(cents('5'));
    expect((await client.beta.sessions.retrieve(made.id)).budget).toEqual(cents('5'));
    const { environment_id } = made;
    const free = await client.beta.agents.create({ name: 'free', model: 'scripted' });
    const create = (agent: string, budget: ReturnType<typeof cents>) =>
      client.beta.sessions.create({ agent, environment_id, budget });
    await expect(create(free.id, cents('5'))).rejects.toMatchObject({ status: 400, errorCode: 'model_not_budgetable' });
    for (const amount of ['0', '-1', '05', '1.5', '']) {
      await expect(create(made.agent.id, cents(amount)), amount).rejects.toThrow(BadRequestError);
    }
  });

  test('the request that crosses the cap is the last; the session pauses until the cap is raised, then goes on', async () => {
    verifies('sessions.update', 'sessions.events.send');
    const { client } = wire();
    const calls = { blocks: [{ tool: 'lookup', input: {} }], usage };
    const { id } = await session([calls, answer('done')], '1', { tools: [lookup] });
    const first = await runUntilIdle(client, id, [says('look it up')]);
    expect(first.last.stop_reason.type).toBe('requires_action');
    const use = first.all.find((event) => event.type === 'agent.custom_tool_use')?.id ?? '';
    const settled = await runUntilIdle(client, id, [{ type: 'user.custom_tool_result', custom_tool_use_id: use }]);
    expect(settled.last.stop_reason).toEqual({ type: 'budget_reached' });
    expect(settled.all.slice(-3).map((event) => event.type)).toEqual([
      'session.thread_status_idle',
      'session.usage',
      'session.status_idle',
    ]);
    expect(settled.all.map((event) => event.type)).not.toContain('span.model_request_start');
    expect(settled.all.find((event) => event.type === 'session.usage')).toMatchObject({
      budget: cents('1'),
      usage: { list_cost: { amount: '2', currency: 'USD' } },
    });
    const before = await history(client, id);
    const refused = client.beta.sessions.events.send(id, { events: [says('go on')] });
    await expect(refused).rejects.toThrow(/400.*user\.tool_confirmation, user\.custom_tool_result/);
    const ignored = await client.beta.sessions.events.send(id, { events: [{ type: 'user.interrupt' }] });
    expect(ignored.data).toMatchObject([{ type: 'user.interrupt', id: expect.any(String) }]);
    await expect(client.beta.sessions.update(id, { budget: cents('2') })).rejects.toMatchObject({
      status: 400,
      errorCode: 'budget_not_raised',
    });
    expect(await history(client, id)).toEqual(before);
    const stream = await client.beta.sessions.events.stream(id);
    expect((await client.beta.sessions.update(id, { budget: cents('3') })).budget).toEqual(cents('3'));
    const rest = await until(stream, 'session.status_idle');
    expect(rest.last.stop_reason.type).toBe('end_turn');
    const updated = rest.all.find((event) => event.type === 'session.updated');
    expect(Object.keys(updated ?? {}).sort()).toEqual(['budget', 'id', 'processed_at', 'type']);
    expect(rest.all.map((event) => event.type)).toContain('agent.message');
  });

  test('a budget taken away lets the work go on and does not come back', async () => {
    verifies('sessions.update');
    const { client } = wire();
    const calls = { blocks: [{ tool: 'lookup', input: {} }], usage };
    const { id } = await session([calls, answer('done'), answer('again')], '1', { tools: [lookup] });
    const { all } = await runUntilIdle(client, id, [says('look it up')]);
    const use = all.find((event) => event.type === 'agent.custom_tool_use')?.id ?? '';
    await runUntilIdle(client, id, [{ type: 'user.custom_tool_result', custom_tool_use_id: use }]);
    const stream = await client.beta.sessions.events.stream(id);
    expect((await client.beta.sessions.update(id, { budget: null })).budget).toBeNull();
    const rest = await until(stream, 'session.status_idle');
    expect(rest.last.stop_reason.type).toBe('end_turn');
    expect(rest.all.find((event) => event.type === 'session.updated')).toMatchObject({ budget: null });
    const create_only = { status: 400, errorCode: 'budget_create_only' };
    await expect(client.beta.sessions.update(id, { budget: cents('9') })).rejects.toMatchObject(create_only);
    const never = await wire().session([]);
    await expect(client.beta.sessions.update(never.id, { budget: cents('9') })).rejects.toMatchObject(create_only);
    const count = (await history(client, id)).length;
    await client.beta.sessions.update(id, { budget: null });
    expect(await history(client, id)).toHaveLength(count);
    expect((await runUntilIdle(client, id, [says('more')])).last.stop_reason.type).toBe('end_turn');
  });

  test('a turn that ends as it crosses the cap has ended; the next message is refused', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const { id } = await session([answer('done')], '2');
    expect((await runUntilIdle(client, id, [says('hi')])).last.stop_reason.type).toBe('end_turn');
    await expect(client.beta.sessions.events.send(id, { events: [says('more')] })).rejects.toThrow('budget');
    expect((await client.beta.sessions.retrieve(id)).status).toBe('idle');
  });
});
