/** Twins: the same surface, another cause. Whoever goes by the surface is wrong in one of each pair. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWorld } from '../../../fixtures/simulator/generate.ts';
import { SCENARIOS } from '../../../fixtures/simulator/scenarios/index.ts';
import { writeFolder } from '../../../fixtures/simulator/write/folder.ts';
import { openWorld } from '../../../src/adapters/folder/index.ts';
import { investigate } from '../../kit/investigate.ts';

const SEED = 4712;
let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vigil-pairs-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(['s3', 's3-twin', 's5', 's5-twin', 'r4', 's10'])('%s', (id) => {
  it('blames what did it and nothing else, with support for every word', { timeout: 60_000 }, async () => {
    const scenario = SCENARIOS.find((one) => one.id === id);
    if (!scenario) throw new Error(`no scenario ${id}`);
    const dir = join(root, id);
    writeFolder(dir, generateWorld(scenario, SEED));
    const expected = JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8'));
    const { finding, sentBack } = await investigate(await openWorld(dir));
    expect(finding?.cause?.change_id ?? null).toBe(expected.cause.change_id);
    expect(sentBack).toEqual([]);
    const reverts = finding?.proposed_actions.filter(({ title }) => title.startsWith('Revert')) ?? [];
    if (expected.cause.change_id === null || id === 's10') expect(reverts).toEqual([]);
    else expect(reverts).toHaveLength(1);
  });
});
