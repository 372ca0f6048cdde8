/**
 * Three whole servers on one database. The same alert reaches all of them at once, the one that works on it is killed twice,
 * the click lands on another: one incident, one card, one pull request.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProductNode, ProductNodes } from '../kit/product-nodes.ts';
import { missingPostgres } from '../kit/real-postgres.ts';
import { until } from '../kit/until.ts';
import { expectToldOnce, incidentsAt, openScene, type ProductScene, storyAt } from './product-scene.ts';
import { alertBody } from './tiny-world.ts';

const missing = missingPostgres();
const LIMIT_MS = 60_000;

let nodes: ProductScene;
beforeAll(async () => {
  if (missing === null) nodes = await openScene(3, { thinkMs: 150 });
}, LIMIT_MS);
afterAll(() => nodes?.close(), LIMIT_MS);

const soon = <T>(what: () => Promise<T | null | false | undefined>) => until(what, 40);

async function kill(node: ProductNode): Promise<void> {
  node.signal('SIGKILL');
  await node.ended;
}

describe.skipIf(missing !== null)(`three servers, one incident${missing === null ? '' : ` (${missing})`}`, () => {
  test(
    'sent to all at once, killed while it is investigated and again when it was approved, it is told once',
    async () => {
      const { slack } = nodes;
      const answers = await Promise.all(nodes.alive().map((node) => node.hook(alertBody())));
      expect(answers).toEqual([202, 202, 202]);
      const { id } = await soon(async () => (await incidentsAt(nodes.someone()))[0]);
      const first = await soon(() => nodes.investigator(id));
      await kill(first);

      const asked = await soon(async () =>
        slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).some((button) => /approve/i.test(button))),
      );
      const second = await soon(() => nodes.driver(id));
      expect(second).not.toBe(first);
      const third = nodes.someone(second);
      slack.requestUrl = `${third.url}/hooks/slack`;
      expect((await slack.click(asked.ts, 'vigil_approve')).status).toBe(200);
      await kill(second);

      const told = await soon(async () => {
        const story = await storyAt(third, id);
        return story.incident.state.is === 'monitoring' && decided(slack.messages) ? story : null;
      });
      expect(await incidentsAt(third)).toHaveLength(1);
      expectToldOnce(told, nodes);
    },
    LIMIT_MS,
  );
});

function decided(messages: ProductNodes['slack']['messages']): boolean {
  return messages.some(({ metadata }) => metadata?.event_payload.kind === 'decided');
}
