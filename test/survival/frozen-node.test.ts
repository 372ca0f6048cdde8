/**
 * A server of the product stands still while it drives an incident, for longer than others wait, and comes back when another has
 * gone on: once while it investigates, once while it carries out what was approved. It says nothing twice and does nothing twice.
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
/** A server that stands still loses what it holds after this. */
const LEASE_MS = 1_500;

let home: string;
let server: RealPostgres;
let nodes: ProductNodes;
beforeAll(async () => {
  if (missing !== null) return;
  home = await mkdtemp(join(tmpdir(), 'vigil-frozen-'));
  const world = join(home, 'world');
  [server] = await Promise.all([startPostgres(), writeTinyWorld(world)]);
  nodes = await startProductNodes(server.url, 2, { world, thinkMs: 150, leaseMs: LEASE_MS });
}, LIMIT_MS);
afterAll(async () => {
  await nodes?.close();
  await server?.stop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}, LIMIT_MS);

async function until<T>(what: () => Promise<T | null | false | undefined>, seconds = 30): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(20)) {
    const found = await what();
    if (found !== null && found !== false && found !== undefined) return found;
  }
  throw new Error(`not within ${seconds} s`);
}

const storyAt = (node: ProductNode, id: string) => node.get<Story>(`/api/incidents/${id}`);
function otherThan(node: ProductNode): ProductNode {
  const other = nodes.alive().find((one) => one !== node);
  if (other === undefined) throw new Error('no other server');
  return other;
}

describe.skipIf(missing !== null)(`a server that stands still${missing === null ? '' : ` (${missing})`}`, () => {
  test(
    'and comes back when another drives its incident posts nothing twice and opens no second pull request',
    async () => {
      const { slack, github } = nodes;
      const [any] = nodes.alive();
      if (any === undefined) throw new Error('no server');
      await any.hook(alertBody());
      const { id } = await until(async () => (await any.get<{ data: Incident[] }>('/api/incidents')).data[0]);
      const first = await until(async () => {
        const driver = await nodes.driver(id);
        return driver !== null && (await storyAt(driver, id)).evidence.length > 0 ? driver : null;
      });
      first.signal('SIGSTOP');
      const second = otherThan(first);
      const asked = await until(async () => slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).length > 0));
      expect(await nodes.driver(id)).toBe(second);
      first.signal('SIGCONT');
      // It is a server like the others again, and takes the click.
      await until(async () => (await storyAt(first, id)).actions[0]?.state.is === 'proposed');
      slack.requestUrl = `${first.url}/hooks/slack`;
      expect((await slack.click(asked.ts, 'vigil_approve')).status).toBe(200);
      second.signal('SIGSTOP');
      await until(async () => slack.messages.find(({ metadata }) => metadata?.event_payload.kind === 'decided'));
      await until(async () => (await storyAt(first, id)).incident.state.is === 'monitoring');
      second.signal('SIGCONT');
      // What it had in mind it does now, if it does.
      await until(async () => (await storyAt(second, id)).incident.state.is === 'monitoring');
      await sleep(1_000);

      const told = await storyAt(second, id);
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
