import { expect, test } from 'vitest';
import { createKnown } from '../../../../src/core/adapters/sqlite/known.ts';

test('nothing is dropped while a group is at work; afterwards what was learned longest ago goes first', () => {
  const known = createKnown();
  for (let i = 0; i < 10_000; i += 1) known.learnRevision(`file ${i}`, 1);
  known.learnRevision('file 0', 2);
  expect(known.revision('file 1')).toBe(1);
  known.trim();
  expect([known.revision('file 0'), known.revision('file 1'), known.revision('file 9999')]).toEqual([2, undefined, 1]);
  known.forgetAll();
  expect(known.revision('file 0')).toBeUndefined();
});
