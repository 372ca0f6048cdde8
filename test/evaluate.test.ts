import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTESTANTS, evaluate } from '../src/evaluate.ts';
import { packageRoot } from '../src/lib/package-root.ts';
import { scorecard } from '../src/sre/evaluation/scorecard.ts';
import { totals } from '../src/sre/evaluation/totals.ts';

test('the analyst is measured beside the rules on a recorded world, and the page tells them apart', async () => {
  const dir = join(packageRoot(), 'fixtures/s1-connection-leak');
  const rows = await evaluate({ dir }, CONTESTANTS);
  expect(rows.map(({ model, cause, false_accusation }) => [model, cause, false_accusation])).toEqual([
    ['vigil-analyst', true, false],
    ['latest-deploy', false, true],
    ['latest-deploy-here', false, true],
    ['nearest-change', false, true],
    ['only-diff', false, false],
    ['loudest-errors', false, true],
    ['largest-deviation', false, expect.any(Boolean)],
    ['runbook-by-keyword', false, false],
  ]);
  const page = scorecard(
    rows,
    new Map(CONTESTANTS.map((model) => [model, totals(rows.filter((row) => row.model === model))])),
  );
  expect(page).toContain('| vigil-analyst | 1 | 100 % |');
  expect(page).toContain('| nearest-change | 1 | 0 % |');
}, 120_000);
