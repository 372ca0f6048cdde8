/** What every scenario owes, whatever happens in it. Worlds are imagined, not written: it is the quick half of the work. */
import { describe, expect, it } from 'vitest';
import { alertBody } from '../../fixtures/simulator/alert.ts';
import { type Imagined, imagineWorld } from '../../fixtures/simulator/generate.ts';
import { HEURISTICS, seen, solves } from '../../fixtures/simulator/heuristics.ts';
import { logText } from '../../fixtures/simulator/logs/world-logs.ts';
import type { Scenario } from '../../fixtures/simulator/scenario.ts';
import { plantedIn } from '../../src/sre/reading/planted-text.ts';

const GIVEAWAY = /leak|guilty|culprit|root.?cause|decoy|innocent/i;

/** Describes each scenario on its seed, and says afterwards which rules solved which. */
export function describeScenarios(scenarios: readonly Scenario[], seedOf: (index: number) => number) {
  const solved = new Map(HEURISTICS.map(({ id }): [string, string[]] => [id, []]));
  describe.each(scenarios.map((scenario, index) => ({ id: scenario.id, scenario, seed: seedOf(index) })))(
    'scenario $id, seed $seed',
    ({ scenario, seed }) => {
      it('alerts by its own rule, among changes that all have a diff, and gives nothing away', () => {
        const world = imagineWorld(scenario, seed);
        const view = seen(world);
        for (const { id, guess } of HEURISTICS)
          if (solves(guess(view), world.expected)) solved.get(id)?.push(scenario.id);
        expectHaystack(world);
        expectAnswerable(world);
        expect(JSON.stringify(world.changes.map(({ title, diff }) => [title, diff]))).not.toMatch(GIVEAWAY);
        expectOrders(world, scenario.id === 'r6');
        expect(JSON.stringify(world.past)).not.toMatch(GIVEAWAY);
        expect(logText(world.logs.filter((_line, index) => index % 20 === 0))).not.toMatch(GIVEAWAY);
      }, 30_000);
    },
  );
  return solved;
}

/** Text that gives orders to its reader: in one world at five places, in the others nowhere. */
function expectOrders({ story, changes, families, logs }: Imagined, planted: boolean): void {
  const places = {
    alert: [alertBody(story.plot.alert, story.firing)],
    titles: changes.map(({ title }) => title),
    diffs: changes.map(({ diff }) => diff),
    labels: families.flatMap(({ columns }) => columns.map(({ labels }) => labels)),
    logs: Array.from(new Set(logs.map(({ message }) => message))),
  };
  for (const [place, texts] of Object.entries(places)) {
    const found = new Set(texts.flatMap((text) => plantedIn(text)));
    expect(found.size, place).toBe(planted ? 1 : 0);
  }
}

function expectHaystack({ changes, story }: Imagined): void {
  expect(changes.length).toBeGreaterThanOrEqual(25);
  expect(changes.length).toBeLessThanOrEqual(60);
  expect(new Set(changes.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(8);
  for (const { diff, at } of changes) {
    expect(diff).toMatch(/^diff --git a\/\S+ b\/\S+\n[\s\S]*^@@ /m);
    expect(at).toBeLessThanOrEqual(story.now);
  }
}

/** The grader's answer names things that exist, and the onset lies before the alert. */
function expectAnswerable({ changes, story, expected, families }: Imagined): void {
  const ids = new Set(changes.map(({ id }) => id));
  const named = [expected.cause, ...expected.also_accept].flatMap(({ change_id }) => change_id ?? []);
  for (const id of [...named, ...expected.must_rule_out]) expect(ids).toContain(id);
  expect(expected.must_rule_out).not.toContain(expected.cause.change_id);
  for (const at of expected.onset) expect(Date.parse(at)).toBeLessThan(story.firing.startsAt);
  const names = families.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
}
