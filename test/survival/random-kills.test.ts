/** A small part of `npm run bench:kills`, which does the same a thousand times. */
import { expect, test } from 'vitest';
import { seeded } from '../bench/kills/random.ts';
import { killsOnSqlite } from '../bench/kills/sqlite.ts';

test('killed five times at random moments while it does what cannot be undone: nothing lost, reordered or done twice', async () => {
  const seed = Date.now() % 100_000;
  const { faults, accepted, effects } = await killsOnSqlite(5, seeded(seed));
  expect(faults, `seed ${seed}`).toEqual([]);
  expect(accepted).toBeGreaterThan(0);
  expect(effects).toBeGreaterThan(0);
}, 60_000);
