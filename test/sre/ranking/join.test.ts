import { expect, it } from 'vitest';
import { joined } from '../../../src/sre/ranking/join.ts';

const judged = {
  onset: '2026-01-01T00:00:00Z',
  services: [{ name: 'db', score: 1 }],
  changes: [{ id: 'deploy-1', score: 0.7 }],
  verdict: 'no_change' as const,
};
const measured = { anomalous: true, onset: Date.UTC(2026, 0, 1, 1), services: [{ name: 'web', score: 3 }] };
const calm = { anomalous: false, onset: null, services: [] };

it('believes who blames a change with evidence, and ranks by both views', () => {
  const both = joined({ ...judged, verdict: 'change' }, measured, false);
  expect(both).toMatchObject({ onset: judged.onset, changes: judged.changes, verdict: 'change' });
  expect(both.services.map(({ name }) => name).toSorted()).toEqual(['db', 'web']);
  expect(joined({ ...judged, verdict: 'change' }, calm, false).services).toEqual(judged.services);
});

it('without a change the metrics decide who is named, and whether anything is wrong', () => {
  expect(joined(judged, measured, false).services).toEqual(measured.services);
  expect(joined({ ...judged, onset: null }, measured, false).onset).toBe('2026-01-01T01:00:00Z');
  expect(joined(judged, calm, false)).toMatchObject({ onset: null, services: [], changes: [] });
});

it('calm metrics do not contradict a probe that fails, or a disk that is full', () => {
  expect(joined(judged, calm, true)).toEqual(judged);
});
