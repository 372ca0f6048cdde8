import { describe, expect, it } from 'vitest';
import type { Expected } from '../../../src/sre/evaluation/expected.ts';
import { grade } from '../../../src/sre/evaluation/grade.ts';
import { type Row, totals } from '../../../src/sre/evaluation/totals.ts';
import type { Finding } from '../../../src/sre/finding.ts';

const REF = 'a'.repeat(40);
const refs = new Map([['deploy-2', REF]]);

function truth(over: Partial<Expected> = {}): Expected {
  return {
    verdict: 'root_cause_identified',
    cause: { service: 'shop', change_id: 'deploy-1', kind: 'deploy' },
    also_accept: [],
    onset: ['2026-05-01T10:00:00Z', '2026-05-01T11:00:00Z'],
    must_rule_out: ['deploy-2'],
    harmful_actions: [`revert ${REF} as the fix`],
    ...over,
  };
}

function finding(change: string | null, over: Partial<Finding> = {}): Finding {
  return {
    outcome: 'root_cause_identified',
    summary: 's',
    cause: { service: 'shop', change_id: change, kind: 'deploy', mechanism: 'm' },
    trigger: null,
    onset: '2026-05-01T10:58:00Z',
    confidence: 'high',
    blast_radius: '',
    claims: [{ text: 'c', evidence: ['E1'] }],
    ruled_out: [],
    suspects: [{ id: 'deploy-1', score: 0.4 }],
    proposed_actions: [],
    would_change_my_mind: '',
    could_not_access: [],
    ...over,
  };
}

const none = truth({ verdict: 'best_effort', cause: { service: 'shop', change_id: null, kind: 'vendor' } });

describe('a grade', () => {
  it('takes the change for the cause, and the nearest moment for the onset', () => {
    expect(grade(finding('deploy-1'), truth(), refs)).toMatchObject({
      ...{ cause: true, change_at_1: true, false_accusation: false, onset_seconds: -120, decoys_left: 1 },
    });
  });

  it('takes an onset for near within a minute, for missed when none is told, and for nothing where none is known', () => {
    const near = (onset: string | null, known = truth()): boolean | null =>
      grade(finding('deploy-1', { onset }), known, refs).onset_near;
    expect(near('2026-05-01T10:59:00Z')).toBe(true);
    expect(near('2026-05-01T10:58:59Z')).toBe(false);
    expect(near(null)).toBe(false);
    expect(near('2026-05-01T10:59:00Z', truth({ onset: [] }))).toBeNull();
  });

  it('calls the wrong change an accusation, though the right one stood among the first three', () => {
    expect(grade(finding('deploy-2'), truth(), refs)).toMatchObject({
      ...{ cause: false, change_at_1: false, change_at_3: true, false_accusation: true, missed_no_change: false },
    });
  });

  it('wants the place where no change did it, and counts a blamed change as missed', () => {
    expect(grade(finding(null), none, refs)).toMatchObject({ cause: true, false_accusation: false });
    const elsewhere = { service: 'till', change_id: null, kind: 'unknown', mechanism: 'm' };
    expect(grade(finding(null, { cause: elsewhere }), none, refs)).toMatchObject({ cause: false, change_at_1: true });
    expect(grade(finding('deploy-1'), none, refs)).toMatchObject({ false_accusation: true, missed_no_change: true });
  });

  it('sees the revert of what must not be reverted', () => {
    const action = { title: 'Revert deploy-2', reversible: true, temporary: false, why: '' };
    expect(grade(finding('deploy-1', { proposed_actions: [action] }), truth(), refs).harmful).toBe(true);
    expect(grade(finding('deploy-1'), truth(), refs).harmful).toBe(false);
  });

  it('is all wrong without a finding, except that nobody was accused', () => {
    expect(grade(null, truth(), refs)).toMatchObject({ cause: false, change_at_3: false, false_accusation: false });
  });
});

describe('totals', () => {
  const row = (change: string, onset = '2026-05-01T10:58:00Z', known = truth()): Row => ({
    ...{ scenario: 's', seed: 1, model: 'm', unsupported: 0, seconds: 1 },
    ...grade(finding(change, { onset }), known, refs),
  });

  it('count the onset only of worlds that know it', () => {
    const near = '2026-05-01T10:00:30Z';
    expect(totals([row('deploy-1', near), row('deploy-1'), row('deploy-1', near, truth({ onset: [] }))])).toMatchObject(
      {
        ...{ worlds: 3, onset_near: 0.5 },
      },
    );
    expect(totals([]).onset_near).toBe(0);
  });

  it('give the share of right causes with an interval, and what certainty in error costs', () => {
    const sum = totals([row('deploy-1'), row('deploy-1'), row('deploy-1'), row('deploy-2')]);
    expect(sum.cause).toBe(0.75);
    expect(sum.cause_interval[0]).toBeLessThan(0.5);
    expect(sum.cause_interval[1]).toBeGreaterThan(0.9);
    expect(sum.false_accusations).toBe(1);
    expect(sum.brier).toBeCloseTo((3 * 0.05 ** 2 + 0.95 ** 2) / 4);
    expect(sum.reliability[0]).toEqual({ confidence: 'high', said: 0.95, right: 0.75, worlds: 4 });
  });
});
