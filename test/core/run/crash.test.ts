/** The brain may die at any instruction; whoever goes on from the log ends the story the same way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Sandboxes } from '../../../src/core/ports/sandbox.ts';
import { faults } from './legal.ts';
import { mortal } from './mortal.ts';
import { sandboxesOf } from './sandboxes-of.ts';
import { customTool, type Stage, say, stage, toolset } from './stage.ts';
import { pointsOf, twoLives } from './two-lives.ts';

const script = [
  {
    blocks: [
      { text: 'First.' },
      { tool: 'bash', input: { command: 'deploy' } },
      { tool: 'read', input: { file_path: '/a' } },
    ],
  },
  { blocks: [{ tool: 'ask', input: {} }] },
  { blocks: [{ text: 'Done.' }] },
];
const tools = [toolset(), customTool('ask')];

function recording(effects: string[]): Sandboxes {
  return sandboxesOf(async (tool) => {
    effects.push(tool);
    return { content: `${tool} ran`, isError: false };
  });
}

async function answerAndFinish(it: Stage): Promise<void> {
  await it.until(async () => {
    const [use] = await it.find('agent.custom_tool_use');
    const waits = (await it.body()).status === 'idle' && use !== undefined;
    const inbox = await it.ports.store.inbox(it.session);
    const answered = (await it.find('user.custom_tool_result')).length > 0 || inbox.length > 0;
    if (waits && !answered) {
      const content = [{ type: 'text' as const, text: 'approved' }];
      await it.send({ type: 'user.custom_tool_result', custom_tool_use_id: use.id, content });
    }
    const [last] = (await it.find('session.status_idle')).slice(-1);
    return last?.stop_reason.type === 'end_turn';
  });
}

function story() {
  const effects: string[] = [];
  return {
    setting: { script, tools, sandboxes: recording(effects) },
    begin: (it: Stage) => it.send(say('go')),
    finish: answerAndFinish,
    async look(it: Stage) {
      const rows = await it.ports.store.log({ session: it.session, order: 'asc', limit: 100 });
      const counted = JSON.stringify(rows.map((row) => row.memo)).includes('crashed');
      return {
        log: rows.map((row) => row.event),
        counted,
        effects,
        calls: await it.ports.engine.toolCalls(it.session),
      };
    },
  };
}

describe('killed before or after any step, the story ends once', async () => {
  test.each(await pointsOf(story()))('$name, call $at, after: $after', async (death) => {
    const { told, requests, died } = await twoLives(story(), death);
    const { log, counted, effects, calls } = told;
    expect(died).toBe(true);
    const ids = log.map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(log.filter((event) => event.type === 'user.message')).toHaveLength(1);
    expect(log.filter((event) => event.type === 'user.custom_tool_result')).toHaveLength(1);
    expect(log.filter((event) => event.type === 'agent.message')).toHaveLength(2);
    // Never twice; and not at all only where the log says that it may not have been executed.
    const ran = effects.filter((tool) => tool === 'bash').length;
    const unknown = calls.some((call) => call.state === 'unknown');
    const text = JSON.stringify(log);
    expect(ran).toBeLessThanOrEqual(1);
    if (ran === 0) expect(text).toContain('may or may not have been executed');
    if (text.includes('may or may not')) expect([unknown, counted]).toEqual([true, true]);
    for (const use of log.filter((event) => event.type === 'agent.tool_use')) {
      const results = log.filter((event) => event.type === 'agent.tool_result' && event.tool_use_id === use.id);
      expect(results).toHaveLength(1);
    }
    const starts = log.filter((event) => event.type === 'span.model_request_start').map((event) => event.id);
    const ends = log.flatMap((event) =>
      event.type === 'span.model_request_end' ? [event.model_request_start_id] : [],
    );
    expect(ends).toEqual(starts);
    for (const request of requests) expect(faults(request.messages)).toEqual([]);
  });
});

test('a session that kills its server each time is given up after five recoveries', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'crash-'));
  for (let life = 0; ; life++) {
    // Each life closes the request the last one left open, begins its own, and dies when it is sent.
    const process = mortal({ at: 2, after: false });
    const it = await stage({ script, tools, directory, wrap: process.wrap, limits: { drainMs: 10 } });
    if (life === 0) await it.send(say('go'));
    const over = it.until(async () => (await it.find('session.error')).length > 0).catch(() => undefined);
    await Promise.race([process.died, over]);
    await it.close();
    if (process.dead()) continue;
    expect(life).toBe(6);
    break;
  }
  const last = await stage({ script, tools, directory });
  await last.idle('retries_exhausted');
  const [error] = await last.find('session.error');
  expect(error?.error).toMatchObject({ type: 'unknown_error', retry_status: { type: 'exhausted' } });
  await last.close();
  await rm(directory, { recursive: true, force: true });
});

test('closing lets go of a model request and another process goes on at once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'drain-'));
  const slow = [{ blocks: [{ text: 'slow' }], delayMs: 60_000 }];
  const first = await stage({ script: slow, directory, limits: { drainMs: 50 } });
  await first.send(say('go'));
  await first.until(async () => first.requests.length === 1);
  const began = performance.now();
  await first.close();
  expect(performance.now() - began).toBeLessThan(10_000);
  const second = await stage({ script: [{ blocks: [{ text: 'quick' }] }], directory });
  await second.idle('end_turn');
  expect((await second.find('span.model_request_end')).map((end) => end.is_error)).toEqual([true, false]);
  await second.close();
  await rm(directory, { recursive: true, force: true });
});
