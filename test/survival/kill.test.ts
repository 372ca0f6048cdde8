/**
 * kill -9 of the server at every point where something has just been promised or is about to be: restarted, the story
 * has one incident, one card, one pull request and a log without a gap. One point alone:
 * `vitest run test/survival -t "after forge.open"`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { worldDir } from '../kit/running-vigil.ts';
import { expectOneStory } from './oracle.ts';
import { type Outcome, story } from './story.ts';
import { writeTinyWorld } from './tiny-world.ts';

const LIMIT_MS = 150_000;
/** Most of a story is a server starting; more at once than this only wait for each other. */
vi.setConfig({ maxConcurrency: 3 });

let home: string;
let undisturbed: Outcome;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-tiny-'));
  await writeTinyWorld(join(home, 'world'));
  undisturbed = await story({ world: join(home, 'world'), deaths: [] });
  await expectOneStory(undisturbed, undisturbed);
  await undisturbed.remove();
}, LIMIT_MS);
afterAll(() => rm(home, { recursive: true, force: true }));

/** A call by its name; with a number, the how manieth. */
const points: Record<string, string[]> = {
  'the webhook is committed': ['incidents.receive', 'incidents.save opened'],
  'the session is made': ['store.commit session'],
  'the model is called': ['append span.model_request_start', 'model', 'append span.model_request_end 2'],
  'a tool starts': ['append tool started', 'sandbox.execute', 'incidents.record'],
  'a tool has its result': ['append agent.tool_result', 'store.commit user.custom_tool_result'],
  'the finding is read a second time': ['store.commit session 2'],
  'the finding is reported': ['incidents.note finding'],
  'a person is asked': ['incidents.propose'],
  'a person approves': ['incidents.advance approved', 'incidents.advance executing'],
  'branch and pull request are made': ['forge.open', 'incidents.advance done'],
  'the session hears of it': ['store.commit user.custom_tool_result 4'],
};
/** Told with VIGIL_SURVIVAL=all, beside the others. What is said in the room is killed nearer to it in `outside.test.ts`. */
const more = [
  'incidents.save investigating',
  'incidents.complete result',
  'chat.openCard',
  'chat.post approval',
  'incidents.settle',
  'incidents.save open',
  'incidents.complete chat',
  'store.commit skill',
  'store.commit agent',
  'store.commit file',
  'append user.message',
  'append span.model_request_end',
  'model 2',
  'model 3',
  'incidents.record 2',
  'append user.custom_tool_result',
  'store.commit user.custom_tool_result 2',
  'store.commit user.custom_tool_result 3',
  'append span.model_request_end 4',
  'sandbox.create',
  'chat.post finding',
  'forge.prepare',
  'incidents.save needs_approval',
  'incidents.save acting',
  'chat.settle',
  'incidents.save monitoring',
  'chat.post decided',
  'append session.status_idle 5',
];
if (process.env.VIGIL_SURVIVAL === 'all') points['anything else happens'] = more;

function deathsAt(calls: readonly string[]) {
  return calls.flatMap((point) => {
    const [, call = point, nth = '1'] = /^(.*?)(?: (\d+))?$/.exec(point) ?? [];
    return (['before', 'after'] as const).map((when) => ({
      name: `${when} ${call}, time ${nth}`,
      death: { when, call, nth: Number(nth) },
    }));
  });
}

describe.concurrent('killed and started again, the story is told once', () => {
  for (const [moment, calls] of Object.entries(points)) {
    for (const { name, death } of deathsAt(calls)) {
      test(
        `when ${moment}: ${name}`,
        async () => {
          const outcome = await story({ world: join(home, 'world'), deaths: [death] });
          expect(outcome.killed).toBe(1);
          await expectOneStory(outcome, undisturbed);
          await outcome.remove();
        },
        LIMIT_MS,
      );
    }
  }

  test(
    'killed six times in one story, at any moments',
    async () => {
      const deaths = [
        { when: 'after', call: 'incidents.receive', nth: 1 },
        { when: 'after', call: 'incidents.save opened', nth: 1 },
        { when: 'before', call: 'append span.model_request_start', nth: 2 },
        { when: 'after', call: 'append', nth: 4 },
        { when: 'after', call: 'incidents.propose', nth: 1 },
        { when: 'after', call: 'forge.open', nth: 1 },
      ] as const;
      const outcome = await story({ world: join(home, 'world'), deaths, seconds: 120 });
      expect(outcome.killed).toBe(deaths.length);
      await expectOneStory(outcome, undisturbed);
      await outcome.remove();
    },
    2 * LIMIT_MS,
  );
});

describe('with the bundled world and its analyst', () => {
  const world = worldDir('s1-connection-leak');
  const model = 'vigil-analyst';
  const deaths = [
    { when: 'after', call: 'incidents.record', nth: 5 },
    { when: 'before', call: 'store.commit user.custom_tool_result', nth: 8 },
    { when: 'after', call: 'forge.open', nth: 1 },
  ] as const;
  test(
    'killed three times, it finds the same cause and opens one pull request',
    async () => {
      const outcome = await story({ world, model, deaths, seconds: 120 });
      expect(outcome.killed).toBe(deaths.length);
      expect(outcome.told.incident.finding).toMatchObject({ cause: { service: 'checkout' } });
      await expectOneStory(outcome);
      await outcome.remove();
    },
    2 * LIMIT_MS,
  );
});
