/** The bundled scenarios on seeds that nobody looked at while the analyst was written. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWorld } from '../../../fixtures/simulator/generate.ts';
import { BUNDLED } from '../../../fixtures/simulator/scenarios/index.ts';
import { writeFolder } from '../../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../../src/adapters/folder/index.ts';
import { rankWorld } from '../../../src/sre/analyst/rank-world.ts';
import { loadTools } from '../../../src/tools.ts';
import { briefOf, investigate, toolWorld } from '../../kit/investigate.ts';
import { processorSeconds } from '../../kit/processor-seconds.ts';

const SEED = 4711;
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigil-worlds-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(BUNDLED)('$id, seed unseen', (scenario) => {
  it('ends in the right verdict, every claim supported, the decoys ruled out, in seconds of processor', {
    timeout: 90_000,
  }, async () => {
    const dir = join(root, scenario.id);
    writeFolder(dir, generateWorld(scenario, SEED));
    const expected = JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8'));
    const world = await openWorld(dir);
    const before = processorSeconds();
    const { finding, sentBack } = await investigate(world);
    expect(processorSeconds() - before).toBeLessThan(20);
    expect(finding?.outcome).toBe(expected.verdict);
    expect(finding?.cause?.change_id).toBe(expected.cause.change_id);
    expect(finding?.cause?.service).toBe(expected.cause.service);
    const off = expected.onset.map((at: string) => Math.abs(Date.parse(at) - Date.parse(finding?.onset ?? '')));
    expect(Math.min(...off)).toBeLessThanOrEqual(120_000);
    expect(finding?.ruled_out.map((item) => item.change_id)).toEqual(expect.arrayContaining(expected.must_rule_out));
    expect(sentBack).toEqual([]);

    const tools = await loadTools();
    const ranking = await rankWorld(briefOf(world), async (name, input) => {
      const tool = tools.get(name);
      if (tool?.effect !== 'read') throw new Error(`${name} is no read tool`);
      return tool.run(tool.input.parse(input), toolWorld(world));
    });
    expect(ranking.verdict).toBe(expected.cause.change_id === null ? 'no_change' : 'change');
    if (expected.cause.change_id !== null) expect(ranking.changes[0]?.id).toBe(expected.cause.change_id);
  });
});
