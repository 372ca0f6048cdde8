/** The brain may die while its advisor thinks; whoever goes on asks again, and the thread ends once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Model, ModelError, type ModelRequest } from '../../../src/core/ports/model.ts';
import type { Ports } from '../../../src/core/ports/ports.ts';
import type { ThreadBody } from '../../../src/core/threads.ts';
import { faults } from './legal.ts';
import { type Stage, say, stage, workspace } from './stage.ts';
import { pointsOf, twoLives } from './two-lives.ts';

const agent = { multiagent: { type: 'coordinator', agents: [{ type: 'advisor', model: 'sage' }] } };

function script(request: ModelRequest) {
  if (request.model === 'sage') return { blocks: [{ text: 'Think twice.' }] };
  const asked = JSON.stringify(request.messages).includes('is asked');
  return { blocks: [asked ? { text: 'both' } : { tool: 'advisor', input: {} }] };
}

async function finish(it: Stage): Promise<void> {
  await it.until(async () => (await it.body()).status === 'idle' && JSON.stringify(await it.log()).includes('both'));
}

async function look(it: Stage) {
  const { store } = it.ports;
  const of = { kind: 'session_thread' as const, workspace, parent: it.session, order: 'asc' as const };
  const [thread] = await store.list<ThreadBody>({ ...of, limit: 10, includeArchived: true });
  const own = thread === undefined ? [] : await store.log({ session: thread.body.id, order: 'asc', limit: 100 });
  return { log: await it.log(), own: own.map((row) => row.event), body: thread?.body };
}

describe('killed before or after any step of a consultation, the advisor is heard once', async () => {
  const story = { setting: { script, agent }, begin: (it: Stage) => it.send(say('go')), finish, look };

  test.each(await pointsOf(story))('$name, call $at, after: $after', async (death) => {
    const { told, requests } = await twoLives(story, death);
    const { log, own, body } = told;
    const times = (type: string) => log.filter((event) => event.type === type).length;
    expect(times('session.thread_created')).toBe(1);
    expect(times('session.thread_status_terminated')).toBe(1);
    expect(times('agent.thread_message_received')).toBe(1);
    expect(log.at(-1)).toMatchObject({ type: 'session.status_idle', stop_reason: { type: 'end_turn' } });
    expect(own.at(-1)?.type).toBe('session.thread_status_terminated');
    const spans = (type: string) => own.filter((event) => event.type === type).length;
    expect(spans('span.model_request_start')).toBe(spans('span.model_request_end'));
    expect(body).toMatchObject({ status: 'terminated', archived_at: expect.any(String) });
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});

test('an advisor over which process after process dies is given up, and the turn goes on', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'advisor-'));
  const hangs = async (request: ModelRequest, signal: AbortSignal) => {
    if (request.model === 'sage') await new Promise((_, refuse) => signal.addEventListener('abort', refuse));
    return script(request);
  };
  for (let process = 1; process <= 3; process += 1) {
    const it = await stage({ script: hangs, agent, directory, limits: { drainMs: 10 } });
    if (process === 1) await it.send(say('go'));
    await it.until(async () => it.requests.some((request) => request.model === 'sage'));
    await it.close();
  }
  const last = await stage({ script: hangs, agent, directory });
  await finish(last);
  expect(last.requests.map((request) => request.model)).not.toContain('sage');
  const ended = (await last.find('session.thread_status_idle')).map((event) => event.stop_reason.type);
  expect(ended).toEqual(['retries_exhausted', 'end_turn']);
  await last.close();
  await rm(directory, { recursive: true, force: true });
});

test('what an advisor had cost before it broke off counts, also when another process goes on', async () => {
  let broken = 0;
  const cache = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const breaking = (model: Model): Model => ({
    async *respond(asked, leave) {
      if (asked.model === 'claude-opus-4-6' && ++broken === 1) {
        yield { type: 'begin', usage: { input_tokens: 1_000, output_tokens: 0, ...cache } };
        throw new ModelError('server', 'gone');
      }
      yield* model.respond(asked, leave);
    },
  });
  const sage = { multiagent: { type: 'coordinator', agents: [{ type: 'advisor', model: 'claude-opus-4-6' }] } };
  const directory = await mkdtemp(join(tmpdir(), 'advisor-'));
  const wrap = (ports: Ports): Ports => ({ ...ports, models: { for: (id) => breaking(ports.models.for(id)) } });
  const advice = (request: ModelRequest) =>
    request.model === 'claude-opus-4-6'
      ? { blocks: [{ text: 'Think twice.' }], usage: { input_tokens: 10, output_tokens: 0 } }
      : { ...script(request), usage: { input_tokens: 0, output_tokens: 0 } };
  const first = await stage({ script: advice, agent: sage, directory, wrap, limits: { drainMs: 10 } });
  await first.send(say('go'));
  await first.until(async () => broken === 1);
  await first.close();
  const second = await stage({ script: advice, agent: sage, directory, wrap });
  await finish(second);
  expect((await second.body()).hidden.cost).toBe((1_000 + 10) * 5);
  await second.close();
  await rm(directory, { recursive: true, force: true });
});
