import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onBothArms, runUntilIdle, says } from './arms.ts';
import { verifies } from './verifies.ts';

interface Page {
  data: readonly { id: string }[];
  hasNextPage(): boolean;
  getNextPage(): Promise<Page>;
}

/** After each page so many rows are added, until the plan ends. */
const plan = fc.record({
  limit: fc.integer({ min: 1, max: 4 }),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  added: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 4 }),
});

async function walk(first: Promise<Page>, added: readonly number[], add: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const left = [...added];
  for (let page = await first; ; page = await page.getNextPage()) {
    seen.push(...page.data.map(({ id }) => id));
    for (let n = left.shift() ?? 0; n > 0; n -= 1) await add();
    if (!page.hasNextPage()) return seen;
  }
}

/** What was there before is shown once and in order; what was added follows in the order of its making, or not at all. */
function expectStable(seen: string[], before: string[], after: string[], order: 'asc' | 'desc'): void {
  expect(seen.slice(0, before.length)).toEqual(before);
  const fresh = order === 'asc' ? after.slice(before.length) : [];
  expect(fresh.slice(0, seen.length - before.length)).toEqual(seen.slice(before.length));
}

onBothArms('a list in pages', (wire) => {
  test('sessions that are made meanwhile move no session to another page', async () => {
    verifies('sessions.list');
    const { sessions } = wire().client.beta;
    const { agent, environment_id } = await wire().session([]);
    const add = () => sessions.create({ agent: agent.id, environment_id });
    const all = async (order: 'asc' | 'desc') =>
      (await sessions.list({ order, limit: 100 })).data.map((session) => session.id);
    for (let n = 0; n < 6; n += 1) await add();
    const check = fc.asyncProperty(plan, async ({ limit, order, added }) => {
      const before = await all(order);
      const seen = await walk(sessions.list({ order, limit }), added, add);
      expectStable(seen, before, await all(order), order);
    });
    await fc.assert(check, { numRuns: 8 });
  });

  test('events that are written meanwhile move no event to another page', async () => {
    verifies('sessions.events.list');
    const { client } = wire();
    const { events } = client.beta.sessions;
    const { id } = await wire().session(() => ({ blocks: [{ text: 'yes' }] }));
    const add = () => runUntilIdle(client, id, [says('go')]);
    const all = async (order: 'asc' | 'desc') => (await events.list(id, { order })).data.map((event) => event.id);
    await add();
    const check = fc.asyncProperty(plan, async ({ limit, order, added }) => {
      const before = await all(order);
      const seen = await walk(events.list(id, { order, limit }), added.slice(0, 2), add);
      expectStable(seen, before, await all(order), order);
    });
    await fc.assert(check, { numRuns: 4 });
  });
});
