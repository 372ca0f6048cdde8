import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/sre/action.ts';
import { decide, rule } from '../../src/sre/decide.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAction } from '../kit/nouns.ts';

const action = anAction();
const inTime = Date.parse(action.expiresAt) - 1;
const click = (over: Partial<Decision> = {}): Decision => ({
  action: action.id,
  digest: action.digest,
  verdict: 'approve',
  reason: '',
  by: { id: 'U1', name: 'Ann', via: 'slack' },
  ...over,
});
const anyone = { allowed: [] };
const by = { id: 'U1', name: 'Ann', via: 'slack' as const };

describe('who may decide what', () => {
  test('the digest on the card, in time, by a person', () => {
    expect(rule(action, click(), anyone, inTime)).toEqual({ allowed: true });
    expect(rule(action, click(), { allowed: ['U1'] }, inTime)).toEqual({ allowed: true });
  });

  test.each([
    ['unknown', null, click(), anyone, inTime],
    ['digest_mismatch', action, click({ digest: 'e'.repeat(64) }), anyone, inTime],
    ['expired', action, click(), anyone, Date.parse(action.expiresAt)],
    ['expired', anAction({ state: { is: 'expired', at: '' } }), click(), anyone, inTime],
    ['already_decided', anAction({ state: { is: 'rejected', by, at: '', reason: '' } }), click(), anyone, inTime],
    ['already_decided', anAction({ state: { is: 'approved', by, at: '' } }), click(), anyone, inTime],
    ['not_permitted', action, click(), { allowed: ['U2'] }, inTime],
    ['is_bot', action, click({ isBot: true }), anyone, inTime],
  ])('refuses as %s', (why, stored, decision, approvers, now) => {
    expect(rule(stored, decision, approvers, now)).toEqual({ allowed: false, why });
  });
});

test('of a hundred clicks at once one decides, the others hear that it is decided', async () => {
  const incidents = await freshIncidents();
  await incidents.propose(action);
  const rulings = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      decide(
        { incidents, approvers: anyone, now: () => inTime },
        click({ verdict: at % 2 === 0 ? 'approve' : 'reject' }),
      ),
    ),
  );
  expect(rulings.filter(({ ruling }) => ruling.allowed)).toHaveLength(1);
  for (const { ruling } of rulings.filter(({ ruling: { allowed } }) => !allowed)) {
    expect(ruling).toEqual({ allowed: false, why: 'already_decided' });
  }
});

test('a rejection keeps its reason and its person', async () => {
  const incidents = await freshIncidents();
  await incidents.propose(action);
  const { action: decided } = await decide(
    { incidents, approvers: anyone, now: () => inTime },
    click({ verdict: 'reject', reason: 'we roll forward' }),
  );
  expect(decided?.state).toMatchObject({ is: 'rejected', reason: 'we roll forward', by: { id: 'U1' } });
});
