/** Several whole servers of the product on a PostgreSQL of their own, with the tiny world before them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Incident } from '../../src/sre/incident.ts';
import { type ProductNode, type ProductNodes, startProductNodes } from '../kit/product-nodes.ts';
import { startPostgres } from '../kit/real-postgres.ts';
import type { Story } from '../kit/running-vigil.ts';
import { writeTinyWorld } from './tiny-world.ts';

export interface ProductScene extends ProductNodes {
  /** One that lives, and is not this one; throws when there is none. */
  someone(but?: ProductNode): ProductNode;
  /** The server that works on this incident and has evidence of it already, or null. */
  investigator(incident: string): Promise<ProductNode | null>;
}

export async function openScene(count: number, pace: { thinkMs: number; leaseMs?: number }): Promise<ProductScene> {
  const home = await mkdtemp(join(tmpdir(), 'vigil-scene-'));
  const world = join(home, 'world');
  const [server] = await Promise.all([startPostgres(), writeTinyWorld(world)]);
  const nodes = await startProductNodes(server.url, count, { world, ...pace });
  return {
    ...nodes,
    someone(but) {
      const found = nodes.alive().find((node) => node !== but);
      if (found === undefined) throw new Error('no server is left');
      return found;
    },
    async investigator(incident) {
      const driver = await nodes.driver(incident);
      return driver !== null && (await storyAt(driver, incident)).evidence.length > 0 ? driver : null;
    },
    async close() {
      await nodes.close();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export async function incidentsAt(node: ProductNode): Promise<Incident[]> {
  return (await node.get<{ data: Incident[] }>('/api/incidents')).data;
}

export async function storyAt(node: ProductNode, id: string): Promise<Story> {
  return await node.get<Story>(`/api/incidents/${id}`);
}

/** However often servers came and went: every line once, each thing done once, one card, one pull request. */
export function expectToldOnce(story: Story, { slack, github }: ProductNodes): void {
  expect(story.actions.map(({ state }) => state.is)).toEqual(['done']);
  expect(story.timeline.map(({ seq }) => seq)).toEqual(story.timeline.map((_, at) => at + 1));
  expect(story.evidence.map((one) => one.id)).toEqual(story.evidence.map((_, at) => `E${at + 1}`));
  expect(github.pulls).toHaveLength(1);
  expect(slack.roots()).toHaveLength(1);
  const keys = slack.messages.map((message) => message.metadata?.event_payload.key);
  expect(new Set(keys).size).toBe(keys.length);
}
