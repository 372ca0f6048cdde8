import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openWorld } from '../../../src/adapters/folder/index.ts';
import { expected } from '../../../src/sre/evaluation/expected.ts';
import { grade } from '../../../src/sre/evaluation/grade.ts';
import { writeStranger } from '../../bench/strangers/world.ts';
import { investigate } from '../../kit/investigate.ts';

it.each([
  [7, 'a typing error in routes, in a shop of Spring and AWS'],
  [25, 'a flag for everybody, under the names of Datadog'],
])('finds the change in a company it was not made with (seed %i): %s', async (seed) => {
  const dir = await mkdtemp(join(tmpdir(), 'vigil-stranger-'));
  try {
    writeStranger(dir, seed);
    const truth = expected.parse(JSON.parse(await readFile(join(dir, 'expected.json'), 'utf8')));
    const { finding } = await investigate(await openWorld(dir));
    expect(grade(finding, truth, new Map())).toMatchObject({ cause: true, false_accusation: false });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
