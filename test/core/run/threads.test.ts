/** The brain may die while several threads work; whoever goes on from the logs ends each of them once. */
import { describe, expect, test } from 'vitest';
import type { ModelRequest } from '../../../src/core/ports/model.ts';
import type { Sandboxes } from '../../../src/core/ports/sandbox.ts';
import type { ThreadBody } from '../../../src/core/threads.ts';
import { faults } from './legal.ts';
import { onStage } from './on-stage.ts';
import { sandboxesOf } from './sandboxes-of.ts';
import { coordinates } from './scout.ts';
import { type Stage, say, workspace } from './stage.ts';
import { pointsOf, twoLives } from './two-lives.ts';

const agent = coordinates();
const on = onStage();

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

function story() {
  const effects: string[] = [];
  return {
    setting: { script, agent, sandboxes: recording(effects) },
    begin: (it: Stage) => it.send(say('go')),
    finish,
    look: async (it: Stage) => ({ log: await it.log(), threads: await logs(it), effects }),
  };
}

describe('killed before or after any step of any thread, each ends once', async () => {
  test.each(await pointsOf(story()))('$name, call $at, after: $after', async (death) => {
    const { told, requests } = await twoLives(story(), death);
    const { log, threads, effects } = told;
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

test('a thread that comes to rest while outputs are gathered is heard before the session rests', async () => {
  let gathering: () => void = () => undefined;
  const gathered = new Promise<void>((resolve) => {
    gathering = resolve;
  });
  const second = /part 2/;
  const it = await on({
    agent,
    script: async (request) => {
      const isLast = request.system.startsWith('You scout.') && request.messages.length > 1;
      if (isLast && second.test(JSON.stringify(request.messages))) await gathered;
      return script(request);
    },
    sandboxes: sandboxesOf(
      async () => ({ content: 'ran', isError: false }),
      async () => {
        // One has reported, and the primary that heard it is about to rest: now the other one does.
        if ((await it.find('agent.thread_message_received')).length === 1) {
          gathering();
          await it.until(async () => (await it.find('session.thread_status_idle')).filter(isScout).length === 2);
        }
        return [];
      },
    ),
  });
  await it.send(say('go'));
  await finish(it);
  expect(await it.find('session.status_idle')).toHaveLength(1);
});

function isScout({ agent_name }: { agent_name: string }): boolean {
  return agent_name === 'scout';
}
