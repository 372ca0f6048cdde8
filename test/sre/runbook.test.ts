import { expect, test } from 'vitest';
import { ageOf } from '../../src/sre/runbook.ts';

const NOW = Date.parse('2026-11-21T05:00:00Z');

test.each([
  ['2026-11-21', 'reviewed 2026-11-21, today'],
  ['2026-11-20', 'reviewed 2026-11-20, 1 day ago'],
  ['2024-11-01', 'reviewed 2024-11-01, 750 days ago: old, check it before you follow it'],
  [null, 'never reviewed, as far as is known'],
  ['some day', 'never reviewed, as far as is known'],
])('a runbook reviewed %s is "%s"', (reviewed, words) => {
  expect(ageOf(reviewed, NOW)).toBe(words);
});
