/**
 * kill -9 of the server while Slack or GitHub has its request: before they heard of it, or when they have done what it
 * asks and the answer is on its way. One point alone: `vitest run -t "after POST /pulls"`.
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

const requests: Pick<RequestDeath, 'request' | 'holding'>[] = [
  { request: 'POST /git/refs' },
  { request: 'POST /graphql' },
  { request: 'POST /pulls' },
  { request: 'POST /chat.postMessage', holding: 'card%3Ainc_' },
  { request: 'POST /chat.postMessage', holding: 'approval%3Aact_' },
  { request: 'POST /chat.postMessage', holding: 'decided%3Aact_' },
  ...(process.env.VIGIL_SURVIVAL === 'all'
    ? [
        { request: 'POST /labels' },
        { request: 'POST /chat.postMessage', holding: 'finding' },
        { request: 'POST /chat.update' },
      ]
    : []),
];
const deaths = requests.flatMap(({ request, holding }) =>
  (['before', 'after'] as const).map((when) => ({
    name: `${when} ${request}${holding === undefined ? '' : ` with ${decodeURIComponent(holding)}`}`,
    death: { request, when, nth: 1, ...(holding === undefined ? {} : { holding }) },
  })),
);

describe.concurrent('killed while somebody outside has its request, the story is told once', () => {
  for (const { name, death } of deaths) {
    test(
      name,
      async () => {
        const outcome = await tell({ outside: death });
        expect(outcome.killed).toBe(1);
        await expectOneStory(outcome, undisturbed);
        expect(outcome.github?.pulls).toMatchObject([{ draft: true, state: 'open' }]);
        await outcome.remove();
      },
      LIMIT_MS,
    );
  }
});
