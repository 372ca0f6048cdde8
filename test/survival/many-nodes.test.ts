/**
 * Three whole servers on one database. The same alert reaches all of them at once, the one that works on it is killed twice,
 * the click lands on another: one incident, one card, one pull request.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Incident } from '../../src/sre/incident.ts';
import { type ProductNode, type ProductNodes, startProductNodes } from '../kit/product-nodes.ts';
import { missingPostgres, type RealPostgres, startPostgres } from '../kit/real-postgres.ts';
import type { Story } from '../kit/running-vigil.ts';
import { alertBody, writeTinyWorld } from './tiny-world.ts';

const missing = missingPostgres();
const LIMIT_MS = 60_000;

let home: string;
let server: RealPostgres;
let nodes: ProductNodes;
beforeAll(async () => {
  if (missing !== null) return;
  home = await mkdtemp(join(tmpdir(), 'vigil-many-'));
  const world = join(home, 'world');
  [server] = await Promise.all([startPostgres(), writeTinyWorld(world)]);
  nodes = await startProductNodes(server.url, 3, { world, thinkMs: 150 });
}, LIMIT_MS);
afterAll(async () => {
  await nodes?.close();
  await server?.stop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}, LIMIT_MS);

async function until<T>(what: () => Promise<T | null | false | undefined>, seconds = 40): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(20)) {
    const found = await what();
    if (found !== null && found !== false && found !== undefined) return found;
  }
  throw new Error(`not within ${seconds} s`);
}

function someone(but: ProductNode | null = null): ProductNode {
  const found = nodes.alive().find((node) => node !== but);
  if (found === undefined) throw new Error('no server is left');
  return found;
}

const incidentsAt = async (node: ProductNode) => (await node.get<{ data: Incident[] }>('/api/incidents')).data;
const storyAt = (node: ProductNode, id: string) => node.get<Story>(`/api/incidents/${id}`);

async function kill(node: ProductNode): Promise<void> {
  node.signal('SIGKILL');
  await node.ended;
}

describe.skipIf(missing !== null)(`three servers, one incident${missing === null ? '' : ` (${missing})`}`, () => {
  test(
    'sent to all at once, killed while it is investigated and again when it was approved, it is told once',
    async () => {
      const { slack, github } = nodes;
      const answers = await Promise.all(nodes.alive().map((node) => node.hook(alertBody())));
      expect(answers).toEqual([202, 202, 202]);
      const { id } = await until(async () => (await incidentsAt(someone()))[0]);
      const first = await until(async () => {
        const driver = await nodes.driver(id);
        return driver !== null && (await storyAt(driver, id)).evidence.length > 0 ? driver : null;
      });
      await kill(first);

      const asked = await until(async () =>
        slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).some((button) => /approve/i.test(button))),
      );
      const second = await until(() => nodes.driver(id));
      expect(second).not.toBe(first);
      const third = someone(second);
      slack.requestUrl = `${third.url}/hooks/slack`;
      expect((await slack.click(asked.ts, 'vigil_approve')).status).toBe(200);
      await kill(second);

      const told = await until(async () => {
        const story = await storyAt(third, id);
        return story.incident.state.is === 'monitoring' && decided(slack.messages) ? story : null;
      });
      expect(await incidentsAt(third)).toHaveLength(1);
      expect(told.actions.map(({ state }) => state.is)).toEqual(['done']);
      expect(told.timeline.map(({ seq }) => seq)).toEqual(told.timeline.map((_, at) => at + 1));
      expect(told.evidence.map((one) => one.id)).toEqual(told.evidence.map((_, at) => `E${at + 1}`));
      expect(github.pulls).toHaveLength(1);
      expect(slack.roots()).toHaveLength(1);
      const keys = slack.messages.map((message) => message.metadata?.event_payload.key);
      expect(new Set(keys).size).toBe(keys.length);
    },
    LIMIT_MS,
  );
});

function decided(messages: ProductNodes['slack']['messages']): boolean {
  return messages.some(({ metadata }) => metadata?.event_payload.kind === 'decided');
}
