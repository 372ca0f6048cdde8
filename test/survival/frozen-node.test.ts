/**
 * A server of the product stands still while it drives an incident, for longer than others wait, and comes back when another has
 * gone on: once while it investigates, once while it carries out what was approved. It says nothing twice and does nothing twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingPostgres } from '../kit/real-postgres.ts';
import { until } from '../kit/until.ts';
import { expectToldOnce, incidentsAt, openScene, type ProductScene, storyAt } from './product-scene.ts';
import { alertBody } from './tiny-world.ts';

const missing = missingPostgres();
const LIMIT_MS = 60_000;
/** A server that stands still loses what it holds after this. */
const LEASE_MS = 1_500;

let nodes: ProductScene;
beforeAll(async () => {
  if (missing === null) nodes = await openScene(2, { thinkMs: 150, leaseMs: LEASE_MS });
}, LIMIT_MS);
afterAll(() => nodes?.close(), LIMIT_MS);

const soon = <T>(what: () => Promise<T | null | false | undefined>) => until(what, 30);

describe.skipIf(missing !== null)(`a server that stands still${missing === null ? '' : ` (${missing})`}`, () => {
  test(
    'and comes back when another drives its incident posts nothing twice and opens no second pull request',
    async () => {
      const { slack } = nodes;
      const any = nodes.someone();
      await any.hook(alertBody());
      const { id } = await soon(async () => (await incidentsAt(any))[0]);
      const first = await soon(() => nodes.investigator(id));
      first.signal('SIGSTOP');
      const second = nodes.someone(first);
      const asked = await soon(async () => slack.messages.find(({ ts }) => Object.keys(slack.buttons(ts)).length > 0));
      expect(await nodes.driver(id)).toBe(second);
      first.signal('SIGCONT');
      // It is a server like the others again, and takes the click.
      await soon(async () => (await storyAt(first, id)).actions[0]?.state.is === 'proposed');
      slack.requestUrl = `${first.url}/hooks/slack`;
      expect((await slack.click(asked.ts, 'vigil_approve')).status).toBe(200);
      second.signal('SIGSTOP');
      await soon(async () => slack.messages.find(({ metadata }) => metadata?.event_payload.kind === 'decided'));
      await soon(async () => (await storyAt(first, id)).incident.state.is === 'monitoring');
      second.signal('SIGCONT');
      // What it had in mind it does now, if it does.
      await soon(async () => (await storyAt(second, id)).incident.state.is === 'monitoring');
      await sleep(1_000);

      const told = await storyAt(second, id);
      expectToldOnce(told, nodes);
    },
    LIMIT_MS,
  );
});
