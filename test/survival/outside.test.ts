/**
 * kill -9 of the server while Slack or GitHub has its request: before they heard of it, or when they have done what it
 * asks and the answer is on its way.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RequestDeath } from '../kit/crashing-proxy.ts';
import { expectOneStory } from './oracle.ts';
import { type Outcome, type Plan, story } from './story.ts';
import { writeTinyWorld } from './tiny-world.ts';

const LIMIT_MS = 150_000;
vi.setConfig({ maxConcurrency: 3 });

let home: string;
let undisturbed: Outcome;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'vigil-outside-'));
  await writeTinyWorld(join(home, 'world'));
  undisturbed = await tell({});
}, LIMIT_MS);
afterAll(() => rm(home, { recursive: true, force: true }));

/** Over a GitHub of its own, which starts with the world's repository. */
async function tell(plan: Partial<Plan>): Promise<Outcome> {
  const github = join(await mkdtemp(join(home, 'github-')), 'shop.git');
  await promisify(execFile)('git', ['clone', '--quiet', '--bare', join(home, 'world', 'repo.bundle'), github]);
  return story({ world: join(home, 'world'), deaths: [], github, ...plan });
}

type Meant = Omit<RequestDeath, 'when'>;

/** In the order in which a story comes by. */
const requests: Record<string, Meant[]> = {
  GitHub: [{ request: 'POST /git/refs' }, { request: 'POST /graphql' }, { request: 'POST /pulls' }],
  Slack: [
    { request: 'POST /chat.postMessage', holding: 'card%3Ainc_' },
    { request: 'POST /chat.postMessage', holding: 'approval%3Aact_' },
    { request: 'POST /chat.postMessage', holding: 'decided%3Aact_' },
  ],
};
if (process.env.VIGIL_SURVIVAL === 'all') {
  requests['GitHub at a label'] = [{ request: 'POST /labels' }];
  requests['Slack at a finding'] = [{ request: 'POST /chat.postMessage', holding: 'finding' }];
  requests['Slack at a change of the card'] = [{ request: 'POST /chat.update' }];
}

describe.concurrent('killed while somebody outside has its request, the story is told once', () => {
  for (const [who, meant] of Object.entries(requests)) {
    test(
      `${who}, before each request and after it`,
      async () => {
        const deaths = meant.flatMap((one) => (['before', 'after'] as const).map((when) => ({ ...one, when })));
        const outcome = await tell({ outside: deaths, seconds: 240 });
        expect(outcome.killed).toBe(deaths.length);
        await expectOneStory(outcome, undisturbed);
        expect(outcome.github?.pulls).toMatchObject([{ draft: true, state: 'open' }]);
        await outcome.remove();
      },
      2 * LIMIT_MS,
    );
  }
});
