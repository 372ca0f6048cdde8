/**
 * kill -9 of the server at every point where something has just been promised or is about to be: restarted, the story
 * has one incident, one card, one pull request and a log without a gap. One point alone: `vitest run -t "after forge.open"`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectOneStory } from './oracle.ts';
import { type Outcome, story } from './story.ts';
import { writeTinyWorld } from './tiny-world.ts';

const LIMIT_MS = 90_000;
/** Most of a story is a server starting; more at once than this only wait for each other. */
vi.setConfig({ maxConcurrency: 3 });

let home: string;
let undisturbed: Outcome;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-tiny-'));
  await writeTinyWorld(join(home, 'world'));
  undisturbed = await story({ world: join(home, 'world'), deaths: [], seconds: 60 });
  await expectOneStory(undisturbed, undisturbed);
  await undisturbed.remove();
}, LIMIT_MS);
afterAll(() => rm(home, { recursive: true, force: true }));

/** A call by its name; with a number, the how manieth. */
const points = `
  incidents.receive
  incidents.save opened
  incidents.settle
  chat.openCard
  incidents.save open
  incidents.complete chat
  store.commit skill
  store.commit agent
  store.commit file
  store.commit session
  incidents.save investigating
  append user.message
  append span.model_request_start
  model
  model 2
  model 3
  append span.model_request_end
  append span.model_request_end 2
  append span.model_request_end 4
  incidents.record
  incidents.record 2
  store.commit user.custom_tool_result
  store.commit user.custom_tool_result 2
  append user.custom_tool_result
  append tool started
  sandbox.create
  sandbox.execute
  append agent.tool_result
  incidents.note finding
  chat.post finding
  store.commit user.custom_tool_result 3
  forge.prepare
  incidents.propose
  incidents.save needs_approval
  chat.post approval
  incidents.advance approved
  incidents.advance executing
  incidents.save acting
  chat.settle
  forge.open
  incidents.advance done
  incidents.save monitoring
  store.commit user.custom_tool_result 4
  incidents.complete result
  chat.post decided
  append session.status_idle 5
`
  .trim()
  .split('\n')
  .map((line) => line.trim());

const deaths = points.flatMap((point) => {
  const [, call = point, nth = '1'] = /^(.*?)(?: (\d+))?$/.exec(point) ?? [];
  return (['before', 'after'] as const).map((when) => ({
    name: `${when} ${call}, time ${nth}`,
    death: { when, call, nth: Number(nth) },
  }));
});

describe.concurrent('killed and started again, the story is told once', () => {
  for (const { name, death } of deaths) {
    test(
      name,
      async () => {
        const outcome = await story({ world: join(home, 'world'), deaths: [death], seconds: 60 });
        expect(outcome.killed).toBe(1);
        await expectOneStory(outcome, undisturbed);
        await outcome.remove();
      },
      LIMIT_MS,
    );
  }
});
