/**
 * kill -9 of the server at every point where something has just been promised or is about to be: restarted, the story
 * has one incident, one card, one pull request and a log without a gap. One point alone:
 * `VIGIL_SURVIVAL=all vitest run test/survival/kill.test.ts -t "once, after forge.open"`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Death } from '../kit/crashing-parts.ts';
import { worldDir } from '../kit/running-vigil.ts';
import { expectOneStory } from './oracle.ts';
import { type Outcome, story } from './story.ts';
import { writeTinyWorld } from './tiny-world.ts';

type Point = `${Death['when']} ${string}`;
const pointForm = /^(\w+) (.*?)(?: (\d+))?$/;

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

/**
 * What kills one life after the other, in the order in which a story comes by. A call counts from the start of its life.
 * A command that is on record as started is not run again, so a story has one death about it.
 */
const stories: Record<string, Point[]> = {
  'between the alert and the first answer of the model': [
    'before incidents.receive',
    'after incidents.receive',
    'before incidents.save opened',
    'after incidents.save opened',
    'before store.commit session',
    'after store.commit session',
    'before append span.model_request_start',
    'after append span.model_request_start',
    'before model',
    'after model',
  ],
  'while tools are asked': [
    'before incidents.record',
    'after incidents.record',
    'before store.commit user.custom_tool_result',
    'after store.commit user.custom_tool_result',
    'before append span.model_request_end',
    'after append span.model_request_end',
    'before append tool started',
    'before sandbox.execute',
    'before append agent.tool_result',
    'after append agent.tool_result',
  ],
  'until a person is asked': [
    'after append tool started',
    'before store.commit session',
    'after store.commit session',
    'before incidents.note finding',
    'after incidents.note finding',
    'before incidents.propose',
    'after incidents.propose',
  ],
  'from the click to the pull request': [
    'after sandbox.execute',
    'before incidents.advance approved',
    'after incidents.advance approved',
    'before incidents.advance executing',
    'after incidents.advance executing',
    'before forge.open',
    'after forge.open',
    'before incidents.advance done',
    'after incidents.advance done',
    'before store.commit user.custom_tool_result',
    'after store.commit user.custom_tool_result',
  ],
};
/** Told with VIGIL_SURVIVAL=all, each in two stories of its own: before it, and after. With a number, the how manieth. */
const alone = [
  'incidents.receive',
  'incidents.save opened',
  'store.commit skill',
  'store.commit agent',
  'store.commit file',
  'store.commit session',
  'incidents.save investigating',
  'chat.openCard',
  'append user.message',
  'append span.model_request_start',
  'model',
  'model 2',
  'model 3',
  'append span.model_request_end',
  'append span.model_request_end 2',
  'append span.model_request_end 4',
  'append tool started',
  'sandbox.create',
  'sandbox.execute',
  'incidents.record',
  'incidents.record 2',
  'append agent.tool_result',
  'append user.custom_tool_result',
  'store.commit user.custom_tool_result',
  'store.commit user.custom_tool_result 2',
  'store.commit user.custom_tool_result 3',
  'store.commit user.custom_tool_result 4',
  'store.commit session 2',
  'incidents.note finding',
  'chat.post finding',
  'incidents.save needs_approval',
  'incidents.propose',
  'chat.post approval',
  'incidents.settle',
  'incidents.save open',
  'incidents.advance approved',
  'incidents.advance executing',
  'incidents.save acting',
  'forge.prepare',
  'forge.open',
  'incidents.advance done',
  'incidents.complete result',
  'incidents.complete chat',
  'chat.settle',
  'chat.post decided',
  'incidents.save monitoring',
  'append session.status_idle 5',
];
if (process.env.VIGIL_SURVIVAL === 'all')
  for (const call of alone)
    for (const when of ['before', 'after'] as const) stories[`once, ${when} ${call}`] = [`${when} ${call}`];

function deathAt(point: Point): Death {
  const [when, call, nth = '1'] = pointForm.exec(point)?.slice(1) ?? [];
  if (call === undefined || (when !== 'before' && when !== 'after')) throw new Error(`no point of death: ${point}`);
  return { when, call, nth: Number(nth) };
}

describe.concurrent('killed and started again, the story is told once', () => {
  for (const [name, points] of Object.entries(stories)) {
    test(
      `killed ${name}`,
      async () => {
        const outcome = await story({ world: join(home, 'world'), deaths: points.map(deathAt), seconds: 240 });
        expect(outcome.killed).toBe(points.length);
        await expectOneStory(outcome, undisturbed);
        await outcome.remove();
      },
      2 * LIMIT_MS,
    );
  }
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
      const outcome = await story({ world, model, deaths, seconds: 240 });
      expect(outcome.killed).toBe(deaths.length);
      expect(outcome.told.incident.finding).toMatchObject({ cause: { service: 'checkout' } });
      await expectOneStory(outcome);
      await outcome.remove();
    },
    2 * LIMIT_MS,
  );
});
