import Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError } = Anthropic;

onBothArms('agents with agents under them', (wire) => {
  const agents = () => wire().client.beta.agents;
  const make = (name: string, more: object = {}) => agents().create({ name, model: wire().model([]), ...more });

  test('a coordinator names its agents, pinned to versions; the whole is replaced or cleared', async () => {
    verifies('agents.create', 'agents.update');
    const [a, b] = [await make('scout'), await make('writer')];
    const entry = { type: 'advisor' as const, model: 'some-model' };
    const boss = await make('boss', { multiagent: { type: 'coordinator', agents: [entry, a.id, { type: 'self' }] } });
    const pin = (id: string, version: number) => ({ type: 'agent' as const, id, version });
    expect(boss.multiagent).toEqual({ type: 'coordinator', agents: [pin(a.id, 1), pin(boss.id, 1), entry] });
    await agents().update(a.id, { system: 'changed' });
    expect(await agents().update(boss.id, { name: 'boss' })).toEqual(boss);
    const named = { type: 'coordinator' as const, agents: [pin(a.id, 1), pin(boss.id, 1), entry] };
    expect(await agents().update(boss.id, { multiagent: named })).toEqual(boss);
    const next = await agents().update(boss.id, { system: 'lead' });
    expect(next.multiagent).toEqual({ type: 'coordinator', agents: [pin(a.id, 1), pin(boss.id, 2), entry] });
    const replaced = await agents().update(boss.id, { multiagent: { type: 'coordinator', agents: [b.id] } });
    expect(replaced.multiagent).toEqual({ type: 'coordinator', agents: [pin(b.id, 1)] });
    expect((await agents().update(boss.id, { multiagent: null })).multiagent).toBeNull();
  });

  test('the newer form is merged level by level, with null for the default', async () => {
    verifies('agents.update');
    const a = await make('helper');
    const on = { type: 'enabled', inline_agents: { type: 'enabled' }, predefined_agents: [] };
    const off = { type: 'disabled' };
    const type = 'multiagent_20261001';
    const boss = await make('merging', { multiagent: { type, workflows: off } });
    expect(boss.multiagent).toEqual({ type, workflows: off, subagents: on, advisor: off });
    const merge = async (more: object) =>
      (await agents().update(boss.id, { multiagent: { type, ...more } })).multiagent;
    const named = { ...on, predefined_agents: [{ type: 'agent', id: a.id, version: 1 }] };
    const list = await merge({ subagents: { type: 'enabled', predefined_agents: [a.id] } });
    expect(list).toMatchObject({ workflows: off, subagents: named });
    const noInline = await merge({ subagents: { type: 'enabled', inline_agents: off } });
    expect(noInline).toMatchObject({ subagents: { ...named, inline_agents: off } });
    await expect(merge({ subagents: { type: 'enabled', predefined_agents: [] } })).rejects.toThrow('inline_agents');
    expect(await merge({ workflows: null })).toMatchObject({ workflows: on, subagents: { inline_agents: off } });
    const advisor = { type: 'enabled', model: 'm' };
    expect(await merge({ subagents: off, advisor })).toMatchObject({ subagents: off, advisor });
    expect(await merge({ subagents: { type: 'enabled' }, advisor: null })).toMatchObject({
      subagents: on,
      advisor: off,
    });
  });

  test('agents that are gone, have agents of their own, share a name or are named twice are refused', async () => {
    verifies('agents.create');
    const [a, twin, old] = [await make('same'), await make('same'), await make('old')];
    const nested = await make('nested', { multiagent: { type: 'coordinator', agents: [a.id] } });
    await agents().archive(old.id);
    const lists = [['agent_none'], [old.id], [nested.id], [a.id, twin.id], [a.id, a.id], [], Array(21).fill(a.id)];
    for (const list of lists) {
      const attempt = make('x', { multiagent: { type: 'coordinator', agents: list } });
      await expect(attempt).rejects.toThrow(BadRequestError);
    }
  });
});
