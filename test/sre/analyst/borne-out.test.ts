/** What the analyst reports holds before it is reported, and an incident ends with a finding whatever comes back. */
import { expect, it } from 'vitest';
import { borneOut } from '../../../src/sre/analyst/borne-out.ts';
import type { Unsupported } from '../../../src/sre/check-finding.ts';
import { checkFinding } from '../../../src/sre/check-finding.ts';
import type { Finding } from '../../../src/sre/finding.ts';
import { type Check, investigate } from '../../kit/investigate.ts';
import { leakingWorld } from '../../kit/leaking-world.ts';
import { aFinding, anEvidence } from '../../kit/nouns.ts';
import { smallWorld } from '../../kit/small-world.ts';

const listed = { id: 'chg-1', kind: 'deploy', service: 'cart', time: '2026-11-21T01:12:07Z' };
const row = { ...listed, actor: 'ci', title: 'cart: 3 retries', ref: null, has_diff: false };
const evidence = [
  anEvidence({ id: 'E1', tool: 'get_recent_changes', content: JSON.stringify({ data: { changes: [row] } }) }),
];
const good = { text: 'chg-1, a deploy of cart, took effect at 01:12.', evidence: ['E1'] };
const draft = (over: Partial<Finding>) => borneOut(aFinding({ claims: [good], ...over }), evidence);

it('keeps what the evidence bears, and drops or rephrases the rest', () => {
  const kept = draft({
    claims: [
      good,
      { text: 'It failed 87 times.', evidence: ['E1'] },
      { ...good, text: 'chg-1, a flag of cart, took effect.' },
    ],
    ruled_out: [{ hypothesis: 'the day', why: 'It was 31 h earlier.', evidence: ['E1'] }],
    summary: 'Revert chg-1: 99 orders were lost.',
    cause: { service: 'cart', change_id: 'chg-1', kind: 'deploy', mechanism: 'It makes 700 calls.' },
  });
  expect(kept.claims).toEqual([good]);
  expect(kept.ruled_out).toEqual([]);
  expect(`${kept.summary} ${kept.cause?.mechanism}`).not.toMatch(/99|700/);
  expect(kept.cause?.change_id).toBe('chg-1');
  expect(checkFinding(kept, evidence)).toEqual([]);
});

it('concludes nothing where no claim stands', () => {
  const kept = draft({ claims: [{ text: 'It failed 87 times.', evidence: ['E1'] }] });
  expect(kept).toMatchObject({ outcome: 'inconclusive', cause: null, confidence: 'low', proposed_actions: [] });
  expect(kept.claims).toEqual([{ text: 'Looked at with get_recent_changes, and not judged.', evidence: ['E1'] }]);
  expect(checkFinding(kept, evidence)).toEqual([]);
});

const refuse = (where: string): Unsupported => ({ where, text: '', reasons: ['no'] });
const concluding = ({ outcome }: Finding) => outcome !== 'inconclusive';
it.each<[string, Check]>([
  [
    'every claim',
    ({ claims, ...finding }) =>
      concluding({ claims, ...finding }) ? claims.map((_, at) => refuse(`claims[${at}]`)) : [],
  ],
  ['the summary, again and again', (finding) => (concluding(finding) ? [refuse('summary')] : [])],
  ['something that is in no finding', (finding) => (concluding(finding) ? [refuse('mood')] : [])],
])('ends with an honest finding when %s is refused', async (_what, check) => {
  const { finding, proposals, evidence: recorded } = await investigate(smallWorld(leakingWorld), { check });
  expect(finding).toMatchObject({ outcome: 'inconclusive', cause: null, confidence: 'low' });
  expect(finding?.claims.length).toBeGreaterThan(0);
  expect(checkFinding(finding ?? aFinding(), recorded)).toEqual([]);
  expect(proposals).toEqual([]);
});
