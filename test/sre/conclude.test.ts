/** The end of an investigation whose budget is used up: its own last words, or else what it had looked at. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { runVigil } from '../kit/running-vigil.ts';
import { atRest, finding } from '../security/hostile-model.ts';
import { alertBody, writeTinyWorld } from '../survival/tiny-world.ts';

/** One that has a list price: five dollars for a million tokens. */
const MODEL = 'claude-opus-4-6';
const LIMIT_MS = 60_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Of a dollar for the incident, what the first answer costs; what is said after that is free. */
async function spend(dollars: number) {
  const home = await mkdtemp(join(tmpdir(), 'vigil-budget-'));
  closing.push(() => rm(home, { recursive: true, force: true }));
  await writeTinyWorld(join(home, 'world'));
  const free = { input_tokens: 0, output_tokens: 0 };
  const model = scriptedModel(({ messages }) => {
    const said = JSON.stringify(messages);
    if (said.includes('accepted')) return { blocks: [{ text: 'Done.' }], usage: free };
    if (!said.includes('budget of this investigation'))
      return {
        blocks: [
          { tool: 'list_metrics', input: { match: '' } },
          { tool: 'get_recent_changes', input: {} },
        ],
        usage: messages.length > 1 ? free : { input_tokens: dollars * 200_000, output_tokens: 0 },
      };
    const over = { outcome: 'inconclusive', cause: null, summary: 'Ran out of money at the pool.' };
    return { blocks: [{ tool: 'report_finding', input: finding(over) }], usage: free };
  });
  const config = { model: MODEL, budgetUsd: 1, world: join(home, 'world'), dataDir: join(home, 'data') };
  const vigil = await runVigil(config, { models: { [MODEL]: { ...model, contextTokens: 10_000_000 } } });
  closing.push(() => vigil.close());
  expect((await vigil.hook(JSON.stringify(alertBody()))).status).toBe(202);
  for (let tries = 0; tries < 200; tries++) {
    const [incident] = await vigil.incidents();
    if (incident !== undefined) return await vigil.until(incident.id, atRest, 40);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no incident was opened');
}

test('a spent budget leaves enough to report what there is', { timeout: LIMIT_MS }, async () => {
  const { incident } = await spend(0.75);
  expect(incident).toMatchObject({
    state: { is: 'concluded' },
    finding: { outcome: 'inconclusive', summary: 'Ran out of money at the pool.' },
  });
  expect(incident.usage.list_cost_usd).toBe(0.75);
});

test('when even that is gone, the report says what was looked at and concludes nothing', {
  timeout: LIMIT_MS,
}, async () => {
  const { incident, evidence } = await spend(0.9);
  expect(evidence.map(({ id }) => id)).toEqual(['E1', 'E2']);
  expect(incident).toMatchObject({
    state: { is: 'concluded' },
    finding: {
      outcome: 'inconclusive',
      cause: null,
      confidence: 'low',
      summary: expect.stringContaining('budget of this investigation was used up'),
      claims: [{ evidence: ['E1'] }, { evidence: ['E2'] }],
    },
  });
});
