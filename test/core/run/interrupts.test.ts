/** A person may interrupt at any instruction: the turn ends on record, nothing stays open, and the next message is worked. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/core/events.ts';
import type { ModelRequest } from '../../../src/core/ports/model.ts';
import type { Ports } from '../../../src/core/ports/ports.ts';
import type { ThreadBody } from '../../../src/core/threads.ts';
import { aReport } from './a-report.ts';
import { faults } from './legal.ts';
import { sandboxesOf } from './sandboxes-of.ts';
import { type Setting, type Stage, say, stage, workspace } from './stage.ts';

/** A tool, the advisor, a summary and a grader, one after the other. */
function script(request: ModelRequest) {
  const said = JSON.stringify(request.messages);
  if (request.system.startsWith('You advise')) return { blocks: [{ text: 'Look twice.' }] };
  if (request.system.startsWith('You grade'))
    return { blocks: [{ text: '{"result": "satisfied", "explanation": "so"}' }] };
  if (said.includes('about to outgrow')) return { blocks: [{ text: 'They want a report; ADVICE was heard.' }] };
  if (said.includes('and now')) return { blocks: [{ text: 'as you wish' }] };
  if (said.includes('ADVICE')) return { blocks: [{ text: 'the report' }] };
  if (said.includes('Look twice')) return { blocks: [], faults: [{ fault: 'too_long' as const }] };
  if (said.includes('is asked')) return { blocks: [{ text: 'without advice' }] };
  return {
    blocks: [
      { tool: 'bash', input: { command: 'echo hi' } },
      { tool: 'advisor', input: {} },
    ],
  };
}

/** `strike` is heard at each write, request and execution, before it happens. */
function struck(ports: Ports, strike: (what: string) => Promise<void>): Ports {
  return {
    ...ports,
    engine: {
      ...ports.engine,
      async append(lease, batch) {
        await strike('append');
        return await ports.engine.append(lease, batch);
      },
    },
    models: {
      for: (id) => ({
        async *respond(request, leave) {
          await leave.recorded;
          await strike('model');
          yield* ports.models.for(id).respond(request, leave);
        },
      }),
    },
    sandboxes: {
      async create(spec) {
        const sandbox = await ports.sandboxes.create(spec);
        const execute: typeof sandbox.execute = async (...args) => {
          await strike('execute');
          return await sandbox.execute(...args);
        };
        return { ...sandbox, execute };
      },
    },
  };
}

async function story(at: number) {
  const seen: string[] = [];
  const setting: Setting = {
    script,
    sandboxes: sandboxesOf(async () => ({ content: 'ran', isError: false })),
    agent: { multiagent: { type: 'coordinator', agents: [{ type: 'advisor', model: 'sage' }] } },
    wrap: (ports) =>
      struck(ports, async (what) => {
        if (seen.push(what) === at) await it.send({ type: 'user.interrupt' });
      }),
  };
  const it: Stage = await stage(setting);
  await it.send(aReport);
  await it.idle('end_turn');
  const first = { seen: [...seen], log: await it.log() };
  await it.send(say('and now?'));
  await it.until(async () => JSON.stringify(await it.log()).includes('as you wish'));
  await it.until(async () => (await it.body()).status === 'idle');
  const query = { kind: 'session_thread' as const, workspace, parent: it.session, order: 'asc' as const, limit: 10 };
  const threads = await it.ports.store.list<ThreadBody>({ ...query, includeArchived: true });
  const told = { ...first, whole: await it.log(), threads: threads.map(({ body }) => body), requests: it.requests };
  await it.close();
  return told;
}

function gate(): [opened: Promise<void>, open: () => void] {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, () => open()];
}

function endsOf(log: readonly SessionEvent[], type: 'span.outcome_evaluation_end'): string[] {
  return log.flatMap((event) => (event.type === type ? [event.result] : []));
}

describe('interrupted before any step of a turn with a tool, advice, a summary and a grader', async () => {
  const { seen } = await story(0);

  test('the turn has all of these', () => {
    expect(seen.filter((what) => what === 'model')).toHaveLength(6);
    expect(seen).toContain('execute');
  });

  test.each(seen.map((what, index) => ({ at: index + 1, what })))('$what, call $at', async ({ at }) => {
    const { log, whole, threads, requests } = await story(at);
    const rest = log.findLast((event) => event.type === 'session.status_idle');
    expect(rest).toMatchObject({ stop_reason: { type: 'end_turn' } });
    expect(whole.filter((event) => event.type === 'session.error')).toEqual([]);
    const results = endsOf(whole, 'span.outcome_evaluation_end');
    expect(results).toHaveLength(1);
    expect(['interrupted', 'satisfied']).toContain(results[0]);
    for (const use of whole.filter((event) => event.type === 'agent.tool_use')) {
      expect(whole.filter((event) => event.type === 'agent.tool_result' && event.tool_use_id === use.id)).toHaveLength(
        1,
      );
    }
    const starts = whole.flatMap((event) => (event.type === 'span.model_request_start' ? [event.id] : []));
    const ends = whole.flatMap((event) =>
      event.type === 'span.model_request_end' ? [event.model_request_start_id] : [],
    );
    expect(ends).toEqual(starts);
    for (const thread of threads)
      expect(thread).toMatchObject({ status: 'terminated', archived_at: expect.any(String) });
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});

describe('interrupted when its next life has claimed it and not yet read its log', () => {
  test('the model is not asked, though the message was brought along by the claim', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'interrupt-'));
    const first = await stage({ script: [{ blocks: [{ text: 'one' }] }], directory });
    await first.send(say('a'));
    await first.idle('end_turn');
    await first.close();
    const [mayRead, letRead] = gate();
    const [reading, begun] = gate();
    const held = (ports: Ports): Ports => ({
      ...ports,
      store: {
        ...ports.store,
        async log(query) {
          begun();
          await mayRead;
          return await ports.store.log(query);
        },
      },
    });
    const second = await stage({ script: [{ blocks: [{ text: 'two' }] }], directory, wrap: held });
    await second.send(say('b'));
    await reading;
    await second.send({ type: 'user.interrupt' });
    letRead();
    await second.idle('end_turn', 2);
    const asked = second.requests.length;
    await second.close();
    await rm(directory, { recursive: true, force: true });
    expect(asked).toBe(0);
  });
});
