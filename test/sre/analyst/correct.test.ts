import { describe, expect, it } from 'vitest';
import { correct } from '../../../src/sre/analyst/correct.ts';
import { refusedPlaces } from '../../../src/sre/analyst/refused-places.ts';
import type { Finding } from '../../../src/sre/finding.ts';

const finding: Finding = {
  outcome: 'root_cause_identified',
  summary: 's',
  cause: { service: 'a', change_id: 'c1', kind: 'deploy', mechanism: 'm' },
  trigger: null,
  onset: '2026-01-01T00:00:00Z',
  confidence: 'high',
  blast_radius: '',
  claims: [
    { text: 'one', evidence: ['E1'] },
    { text: 'two', evidence: ['E1'] },
  ],
  ruled_out: [{ hypothesis: 'h', why: 'w', evidence: ['E1'] }],
  suspects: [],
  proposed_actions: [],
  would_change_my_mind: '',
  could_not_access: [],
};
const refused = (places: string[]) => correct(finding, new Set(places));

describe('a refused finding', () => {
  it('comes back without the refused statements and with the others', () => {
    const corrected = refused(['claims[0]', 'ruled_out[0]', 'onset']);
    expect(corrected?.claims.map(({ text }) => text)).toEqual(['two']);
    expect(corrected).toMatchObject({ ruled_out: [], onset: null, confidence: 'high' });
  });
  it('loses its certainty and its proposals with its change, and its conclusion with its cause', () => {
    expect(refused(['cause.change_id'])).toMatchObject({
      ...{ cause: { change_id: null }, confidence: 'low', proposed_actions: [] },
    });
    expect(refused(['cause'])).toMatchObject({ outcome: 'inconclusive', cause: null, confidence: 'low', suspects: [] });
  });
  it('says with names alone what was said with too much', () => {
    const corrected = refused(['summary', 'trigger', 'blast_radius', 'cause.mechanism']);
    expect(corrected).toMatchObject({ trigger: null, blast_radius: 'Not known.', confidence: 'high' });
    expect(corrected?.summary).toMatch(/^Most likely c1;/);
    expect(corrected?.cause?.mechanism).toMatch(/goes beyond the evidence/);
  });
  it('is given up when nothing is left, or when nothing is named', () => {
    expect(refused(['claims[0]', 'claims[1]'])).toBeNull();
    expect(refused([])).toBeNull();
  });
});

describe('what a refusal names', () => {
  const named = (text: string) => [...refusedPlaces({ ok: false, error: 'no', text })];
  it('is read from its list', () => {
    const unsupported = [{ where: 'claims[1]', text: 'summary', reasons: [] }];
    expect(named(JSON.stringify({ error: 'claims[0]', unsupported }))).toEqual(['claims[1]']);
  });
  it('is read from its words where it has no list', () => {
    expect(named('claims[0] and cause.change_id: not there; the summary neither')).toEqual([
      ...['claims[0]', 'cause.change_id', 'summary'],
    ]);
    expect(named('no')).toEqual([]);
  });
});
