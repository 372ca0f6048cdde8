import { describe, expect, it } from 'vitest';
import { correct } from '../../../src/sre/analyst/correct.ts';
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
const refused = (places: string[]) => ({
  ok: false as const,
  error: 'not supported',
  text: JSON.stringify({
    error: 'not supported',
    unsupported: places.map((where) => ({ where, text: '', reasons: [] })),
  }),
});

describe('a refused finding', () => {
  it('comes back without the refused statements and with the others', () => {
    const corrected = correct(finding, refused(['claims[0]', 'ruled_out[0]', 'onset']));
    expect(corrected?.claims.map(({ text }) => text)).toEqual(['two']);
    expect(corrected).toMatchObject({ ruled_out: [], onset: null, confidence: 'high' });
  });
  it('loses its certainty with its cause', () => {
    const corrected = correct(finding, refused(['cause.change_id']));
    expect(corrected?.cause?.change_id).toBeNull();
    expect(corrected?.confidence).toBe('low');
  });
  it('is given up when nothing is left, or when the refusal names nothing', () => {
    expect(correct(finding, refused(['claims[0]', 'claims[1]']))).toBeNull();
    expect(correct(finding, { ok: false, error: 'no', text: 'no' })).toBeNull();
  });
});
