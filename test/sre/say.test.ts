import { expect, test } from 'vitest';
import { isRemark, LONGEST_REMARK, say } from '../../src/sre/say.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anIncident } from '../kit/nouns.ts';

const now = () => Date.parse('2026-05-01T10:00:00Z');
const remark = { key: 'k', by: 'ann', text: 'Is it the campaign?' };

test('what a person says is one line of the story, also when it comes twice', async () => {
  const incidents = await freshIncidents();
  await incidents.save(anIncident(), 0);
  for (const _ of ['once', 'twice']) expect(await say({ incidents, now }, 'inc_1', remark)).toMatchObject({ ok: true });
  const timeline = await incidents.timeline('inc_1', 0);
  expect(timeline).toMatchObject([{ actor: 'human', kind: 'note', text: 'ann: Is it the campaign?' }]);
  expect(timeline.filter(isRemark)).toHaveLength(1);
});

test('it is bounded, and nobody listens where an incident is resolved or unknown', async () => {
  const incidents = await freshIncidents();
  await incidents.save(anIncident({ state: { is: 'concluded', at: '2026-05-01T09:00:00Z' } }), 0);
  const said = await say({ incidents, now }, 'inc_1', { ...remark, text: 'x'.repeat(9_000) });
  expect(said.ok && said.entry.text.length).toBe(LONGEST_REMARK + 'ann: '.length);
  expect(await say({ incidents, now }, 'inc_2', remark)).toEqual({ ok: false, why: 'unknown' });
  const at = '2026-05-01T09:00:00Z';
  await incidents.save(anIncident({ state: { is: 'resolved', at, by: 'ann' } }), await incidents.revision('inc_1'));
  expect(await say({ incidents, now }, 'inc_1', { ...remark, key: 'k2' })).toEqual({ ok: false, why: 'resolved' });
});
