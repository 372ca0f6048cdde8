/** The brain may die while several threads work; whoever goes on from the logs ends each of them once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../../src/core/ports/model.ts';
import type { Sandboxes } from '../../../src/core/ports/sandbox.ts';
import type { ThreadAgent, ThreadBody } from '../../../src/core/threads.ts';
import { faults } from './legal.ts';
import { type Death, mortal } from './mortal.ts';
import { sandboxesOf } from './sandboxes-of.ts';
import { type Setting, type Stage, say, stage, toolset, workspace } from './stage.ts';

const scout: ThreadAgent = {
  id: 'agent_scout',
  type: 'agent',
  version: 1,
  name: 'scout',
  description: null,
  system: 'You scout.',
  model: { id: 'scripted', effort: { type: 'high' }, speed: 'standard' },
  tools: [toolset()],
  mcp_servers: [],
  skills: [],
  execution_identity: { type: 'service_account' },
};
const agent = { multiagent: { type: 'coordinator', agents: [scout] } };

/** One of two scouts each runs one command; the coordinator ends when it has heard both. */
function script(request: ModelRequest) {
  const said = JSON.stringify(request.messages);
  const part = /part (\d)/.exec(said)?.[1];
  if (request.system.startsWith('You scout.')) {
    const done = request.messages.length > 1;
    return { blocks: [done ? { text: `did ${part}` } : { tool: 'bash', input: { command: `deploy ${part}` } }] };
  }
  const send = (n: number) => ({ tool: 'send_to_agent', input: { agent: 'scout', message: `part ${n}` } });
  if (!said.includes('has begun')) return { blocks: [send(1), send(2)] };
  return { blocks: [{ text: said.includes('did 1') && said.includes('did 2') ? 'both' : 'waiting' }] };
}

function recording(effects: string[]): Sandboxes {
  return sandboxesOf(async (_, input) => {
    effects.push(String(input.command));
    return { content: 'ran', isError: false };
  });
}

async function finish(it: Stage): Promise<void> {
  await it.until(async () => (await it.body()).status === 'idle' && JSON.stringify(await it.log()).includes('both'));
}

async function logs(it: Stage) {
  const rows = await it.ports.store.list<ThreadBody>({
    kind: 'session_thread',
    workspace,
    parent: it.session,
    order: 'asc',
    limit: 10,
    includeArchived: true,
  });
  const read = (session: ThreadBody['id']) => it.ports.store.log({ session, order: 'asc', limit: 1_000 });
  return await Promise.all(rows.map(async ({ body }) => (await read(body.id)).map((row) => row.event)));
}

async function story(death: Death) {
  const directory = await mkdtemp(join(tmpdir(), 'threads-'));
  const effects: string[] = [];
  const base: Setting = { script, agent, directory, sandboxes: recording(effects) };
  const process = mortal(death);
  const first = await stage({ ...base, wrap: process.wrap, limits: { drainMs: 10 } });
  await first.send(say('go'));
  await Promise.race([process.died, finish(first).catch(() => undefined)]);
  await first.close();
  const second = await stage(base);
  await finish(second);
  const told = { log: await second.log(), threads: await logs(second), effects };
  const requests = [...first.requests, ...second.requests];
  await second.close();
  await rm(directory, { recursive: true, force: true });
  return { ...told, requests };
}

describe('killed before or after any step of any thread, each ends once', async () => {
  const counting = mortal(null);
  const whole = await stage({ script, agent, sandboxes: recording([]), wrap: counting.wrap });
  await whole.send(say('go'));
  await finish(whole);
  await whole.close();
  const points = counting.calls.flatMap((name, index) => [
    { at: index + 1, name, after: false },
    { at: index + 1, name, after: true },
  ]);

  test.each(points)('$name, call $at, after: $after', async ({ at, after }) => {
    const { log, threads, effects, requests } = await story({ at, after });
    expect(threads).toHaveLength(2);
    expect(log.filter((event) => event.type === 'session.thread_created')).toHaveLength(2);
    const reports = log.filter((event) => event.type === 'agent.thread_message_received');
    expect(reports.map((event) => event.from_session_thread_id)).toHaveLength(2);
    expect(log.at(-1)).toMatchObject({ type: 'session.status_idle', stop_reason: { type: 'end_turn' } });
    for (const part of [1, 2]) expect(effects.filter((one) => one === `deploy ${part}`).length).toBeLessThanOrEqual(1);
    for (const own of threads) {
      const ids = own.map((event) => event.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(own.filter((event) => event.type === 'agent.thread_message_received')).toHaveLength(1);
      expect(own.filter((event) => event.type === 'agent.thread_message_sent')).toHaveLength(1);
      expect(own.filter((event) => event.type === 'agent.tool_result')).toHaveLength(1);
      expect(own.at(-1)).toMatchObject({ type: 'session.thread_status_idle', stop_reason: { type: 'end_turn' } });
    }
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});
