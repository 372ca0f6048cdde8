import { expect, test } from 'vitest';
import { MOST_ROUNDS, settle } from '../../../src/sre/reviewing/settle.ts';
import { aFinding } from '../../kit/nouns.ts';

test('a summary that is not in the evidence goes back, and at last is not shown, while its claims are', () => {
  const finding = aFinding({ summary: 'All is lost.', claims: [{ text: 'there were 5', evidence: ['E1'] }] });
  const line = (where: string, verdict: 'supported' | 'not_supported') => ({ where, text: 't', verdict, why: 'w' });
  const lines = [line('claims[0]', 'supported'), line('summary', 'not_supported')];
  expect(settle(finding, { is: 'graded', lines }, 1)).toMatchObject({
    fate: 'sent_back',
    problems: [{ where: 'summary' }],
  });
  expect(settle(finding, { is: 'graded', lines }, MOST_ROUNDS)).toMatchObject({
    fate: 'kept',
    finding: {
      summary: expect.stringMatching(/is not shown/),
      claims: finding.claims,
      outcome: finding.outcome,
      confidence: 'low',
    },
  });
});
