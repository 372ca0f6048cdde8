import { expect, test } from 'vitest';
import { renderAction, renderOutcome } from '../../src/cli/render/action.ts';
import { renderEntry } from '../../src/cli/render/entry.ts';
import { renderFinding } from '../../src/cli/render/finding.ts';
import { renderHypotheses } from '../../src/cli/render/hypotheses.ts';
import { renderTable } from '../../src/cli/render/table.ts';
import { clean, wrap } from '../../src/cli/render/wrap.ts';
import { plain } from '../../src/cli/terminal.ts';
import { action, finding, incident } from './samples.ts';

test('text from outside cannot move the cursor, ring, recolour or turn round', () => {
  expect(clean('a\u001b[31mb\u0007c\rd\u202ee\u009b2J\tf')).toBe(
    String.raw`a\u001b[31mb\u0007c\u000dd\u202ee\u009b2J  f`,
  );
});

test('lines are broken at spaces and a long word stays whole', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('a-word-longer-than-the-line b', 5)).toEqual(['a-word-longer-than-the-line', 'b']);
});

test('a runbook is shown with its age and its sources, and what the telemetry says against it', () => {
  const contradicted = [{ says: 'traffic stays steady', seen: 'requests rose from 3/s to 9/s', evidence: ['E4'] }];
  const used = { name: 'dns', age: 'reviewed 2026-11-01, 20 days ago', sources: 'RFC 1035', contradicted };
  const text = renderFinding({ ...finding, runbooks: [used] }, null, plain, 100).join('\n');
  expect(text).toContain('Runbook dns\n    reviewed 2026-11-01, 20 days ago; RFC 1035');
  expect(text).toContain('says that traffic stays steady, but: requests rose from 3/s to 9/s [E4]');
});

test('a finding shows its cause, every claim with its evidence, and what was ruled out', () => {
  const text = renderFinding(finding, null, plain, 100).join('\n');
  expect(text).toContain('ROOT CAUSE  high confidence');
  expect(text).toContain('checkout · chg-17 · deploy');
  expect(text).toContain('2026-03-02 10:55:00 UTC');
  expect(text).toContain('• traffic is flat [E1 E2]');
  expect(text).toContain('✗ web-bff deploy: it came after the onset [E1]');
  expect(text).toContain('a climb before the deploy');
});

test('a finding says how a second reader found it, and that nobody did', () => {
  const lines = ['supported', 'supported', 'cannot_tell'].map((verdict) => ({ verdict }));
  const read = { by: 'm', fate: 'kept', grading: { is: 'graded', lines } };
  expect(renderFinding(finding, read, plain, 100).join('\n')).toContain('2 of 3 statements supported');
  const none = { by: 'm', fate: 'kept', grading: { is: 'not_graded', why: 'no verdict', lines: [] } };
  expect(renderFinding(finding, none, plain, 100).join('\n')).toContain('Not graded by a second reader: no verdict');
});

test('beside a finding stand what people raised, and what it does not tell itself', () => {
  const own = { by: { is: 'investigator' }, state: { is: 'refuted', why: 'later', evidence: ['E1'] } };
  const hypotheses = [
    { ...own, id: 'H1', statement: 'web-bff deploy' },
    { ...own, id: 'H2', statement: 'the cache', by: { is: 'person', name: 'ann' } },
    { ...own, id: 'H3', statement: 'the moon', state: { is: 'open', evidence: [] } },
  ];
  const text = renderHypotheses({ ...incident, hypotheses }, plain, 100).join('\n');
  expect(text).toContain('? H2 (ann) the cache: refuted. later [E1]');
  expect(text).toContain('? H3 the moon: not settled');
  expect(text).not.toContain('H1');
  expect(renderHypotheses({ ...incident, hypotheses, finding: null }, plain, 100).join('\n')).toContain('H1');
  expect(renderHypotheses(incident, plain, 100)).toEqual([]);
});

test('no cause is said, not left out', () => {
  const text = renderFinding({ ...finding, outcome: 'inconclusive', cause: null }, null, plain, 100).join('\n');
  expect(text).toContain('INCONCLUSIVE');
  expect(text).toContain('none found');
});

test('an action shows the whole diff, where it goes and how to undo it', () => {
  const lines = renderAction(action, plain, 100);
  expect(lines).toContain('    -leak()');
  expect(lines).toContain('    +release()');
  expect(lines.join('\n')).toContain('vigil/revert-chg-17 → main at 0123456789');
  expect(lines.join('\n')).toContain('revert the revert');
});

test('the outcome of an action names who decided, and the branch or the reason', () => {
  const by = { name: 'ann' };
  expect(renderOutcome({ ...action, state: { is: 'rejected', by, reason: 'freeze' } })).toBe('rejected by ann: freeze');
  const done = { ...action, state: { is: 'done', by, branch: 'vigil/x', url: 'https://forge/1' } };
  expect(renderOutcome(done)).toBe('approved by ann; pull request on branch vigil/x (https://forge/1)');
});

test('an entry shows its evidence id, but no other reference', () => {
  const entry = { seq: 1, at: '2026-03-02T14:00:01.500Z', kind: 'observe', actor: 'agent', text: 'looked', ref: 'E7' };
  const zero = Date.parse('2026-03-02T14:00:00Z');
  expect(renderEntry(entry, plain, 80, zero)).toBe('  +1.5s  ·  looked [E7]');
  expect(renderEntry({ ...entry, ref: 'sevt_1' }, plain, 80, null)).toBe('14:00:01  ·  looked');
});

test('a table pads its columns and marks a cut line', () => {
  expect(renderTable(['A', 'B'], [['long one', 'x'.repeat(40)]], plain, 20)).toEqual([
    'A         B',
    'long one  xxxxxxxxx…',
  ]);
});
