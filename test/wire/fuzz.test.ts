import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fuzzed, fuzzBodies } from './fuzz-bodies.ts';
import { verifies } from './verifies.ts';

const CASES = 25;
const SEED = 20_261_121;

let fuzzed: Fuzzed;
beforeAll(async () => {
  fuzzed = await fuzzBodies();
});
afterAll(() => fuzzed.close());

test('no body makes the server fail or hang, and what is refused changes nothing, in every family', async () => {
  verifies('wire.bodies', 'wire.errors');
  for (const [index, family] of fuzzed.families.entries()) {
    const { accepted, refused } = await fuzzed.run(family, CASES, SEED + index);
    expect(Math.min(accepted, refused), family).toBeGreaterThan(0);
  }
});
