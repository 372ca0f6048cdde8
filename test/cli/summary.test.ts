import { expect, test } from 'vitest';
import { summarise } from '../../src/cli/summary.ts';
import { action, detail, finding } from './samples.ts';

test('a summary says what was found, on what evidence, and what it cost', () => {
  const summary = summarise('s1', detail, 1.234);
  expect(summary).toMatchObject({
    world: 's1',
    outcome: 'root_cause_identified',
    cause: { service: 'checkout', change_id: 'chg-17' },
    evidence_count: 2,
    unsupported_claims: 0,
    action: { id: 'act_1', state: 'proposed' },
    pull_request: null,
    model: 'vigil-analyst',
    seconds: 1.2,
  });
});

test('a claim that cites unrecorded evidence, or none, is counted as unsupported', () => {
  const claims = [...finding.claims, { text: 'x', evidence: ['E9'] }, { text: 'y', evidence: [] }];
  const incident = { ...detail.incident, finding: { ...finding, claims } };
  expect(summarise('s1', { ...detail, incident }, 1).unsupported_claims).toBe(2);
});

test('a pull request is reported only when it exists', () => {
  const done = { ...action, state: { is: 'done', url: 'file:///repo#b', branch: 'b', number: 4 } };
  expect(summarise('s1', { ...detail, actions: [done] }, 1).pull_request).toEqual({
    branch: 'b',
    url: 'file:///repo#b',
    number: 4,
  });
});

test('an investigation without a finding is blocked, not a success', () => {
  const incident = { ...detail.incident, finding: null };
  expect(summarise('s1', { ...detail, incident, actions: [] }, 1)).toMatchObject({ outcome: 'blocked', action: null });
});
