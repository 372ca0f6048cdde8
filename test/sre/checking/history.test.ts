import { expect, test } from 'vitest';
import { checkFinding, checkStatements } from '../../../src/sre/check-finding.ts';
import { isHistory } from '../../../src/sre/checking/history.ts';
import { loadTools } from '../../../src/tools.ts';
import { aFinding, anEvidence } from '../../kit/nouns.ts';

const now = anEvidence({ id: 'E1', content: JSON.stringify({ data: { service: 'checkout', p99: 2.4 } }) });
const alerts = anEvidence({
  ...{ id: 'E2', tool: 'list_alerts' },
  content: JSON.stringify({ data: { alerts: [{ name: 'Slow', times: 6, longest_minutes: 8 }] } }),
});
const incidents = anEvidence({
  ...{ id: 'E3', tool: 'search_incidents' },
  content: JSON.stringify({
    data: { incidents: [{ id: 'INC-7', cause_then: { line: 'deploy-9 leaked 40 connections' } }] },
  }),
});
const evidence = [now, alerts, incidents];
const cause = { service: 'checkout', change_id: null, kind: 'deploy', mechanism: 'connections are never given back' };
const slow = { text: 'checkout has a p99 of 2.4', evidence: ['E1'] };
const said = (text: string, ids = ['E3']) => aFinding({ claims: [slow, { text, evidence: ids }] });
const reasonsOf = (finding: ReturnType<typeof aFinding>) =>
  checkFinding(finding, evidence).flatMap(({ where, reasons }) => reasons.map((reason) => `${where}: ${reason}`));

test.each([
  ['Slow fired 6 times before, and cleared within 8 minutes', ['E2']],
  ['INC-7 was caused by deploy-9 then', ['E3']],
  ['checkout is slow because its p99 is 2.4, as it was in INC-7', ['E3', 'E1']],
])('history bears that it was so then: %s', (text, ids) => {
  expect(reasonsOf(said(text, ids))).toEqual([]);
});

test.each([
  'checkout leaks connections',
  'checkout is slow because it leaks connections',
  'As before, this is caused by a leak of connections',
  'INC-7 had the same cause',
])('history alone bears no cause of the present: %s', (text) => {
  expect(reasonsOf(said(text)).join()).toMatch(/^claims\[1\]: E3 is history and shows nothing of the present/);
});

test('a cause that only history stands beside comes back, and so does a change that only history names', () => {
  const told = [{ text: 'INC-7 was a leak then', evidence: ['E3'] }];
  expect(reasonsOf(aFinding({ cause, claims: told })).join()).toContain('cause: all claims cite history alone');
  expect(reasonsOf(aFinding({ cause, claims: [...told, slow] }))).toEqual([]);
  const named = { ...cause, change_id: 'deploy-9', mechanism: 'it leaked 40 connections' };
  expect(reasonsOf(aFinding({ cause: named, claims: [...told, slow] }))).toEqual([
    'cause.change_id: no recorded evidence names this change',
    'cause.mechanism: the number 40 is not in the cited evidence',
  ]);
});

test('nothing is ruled out or settled by history alone', () => {
  const ruled_out = [{ hypothesis: 'a leak', why: 'INC-7 was something else before', evidence: ['E3'] }];
  expect(reasonsOf(aFinding({ claims: [slow], ruled_out })).join()).toContain('ruled_out[0]: E3 is history');
  const settled = [{ where: 'hypotheses[0]', text: 'INC-7 was a leak then', ids: ['E3'], name: null }];
  expect(checkStatements(settled, evidence)).toMatchObject([{ where: 'hypotheses[0]' }]);
});

test('the tools of history are those that are offered', async () => {
  const names = [...(await loadTools()).keys()].filter((tool) => isHistory({ tool }));
  expect(names).toEqual(['list_alerts', 'search_incidents']);
});
