import { expect, it } from 'vitest';
import type { Found } from '../../../src/sre/analyst/judgement.ts';
import { movedServices, presser } from '../../../src/sre/analyst/moved-services.ts';
import { nearness } from '../../../src/sre/analyst/nearness.ts';
import { asksInLoop, isSpokenOf, passedOver } from '../../../src/sre/analyst/passed-over.ts';
import type { Change, Pattern } from '../../../src/sre/analyst/shapes.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import { explainedByTraffic } from '../../../src/sre/analyst/traffic.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

function change(id: string, service: string | null, minutesAgo: number, over: Partial<Change> = {}): Change {
  const time = new Date(AT - minutesAgo * 60_000).toISOString();
  return { ...{ id, service, time, kind: 'deploy', actor: 'a', title: id, ref: null, has_diff: true }, ...over };
}

function found(together: Signal[], focus: string | null, plusMinus = 0): Found {
  return { ...{ symptom: null, lead: null, focus, together }, onset: { at: AT, plusMinus, confidence: 1, signs: [] } };
}

function line(service: string, sample: string): Pattern {
  const times = { first: '', last: '', count: 3, rate_per_minute: 1, baseline_count: 0, baseline_rate_per_minute: 0 };
  return { ...times, template: sample, service, level: 'error', status: 'new', sample, score: 1 };
}

it('passes over what had run until something as near was changed, right before one sharp step', () => {
  const signals = [told('errors', 'desk', 9)];
  const weight = (before: Change, then: Change, doubt = 0): number =>
    passedOver({ ...seen(signals), changes: [before, then] }, found(signals, 'desk', doubt), before);
  expect(weight(change('a', 'desk', 8), change('b', 'desk', 1))).toBeLessThan(0.5);
  expect(weight(change('a', 'desk', 8), change('b', 'desk', 1), 5 * 60_000)).toBe(1);
  expect(weight(change('a', 'desk', 3), change('b', 'desk', 1))).toBe(1);
  expect(weight(change('a', 'desk', 8), change('b', 'mails', 1))).toBe(1);
  expect(weight(change('a', 'desk', 8), change('b', null, 1, { kind: 'infra' }))).toBeLessThan(0.5);
  expect(weight(change('a', 'desk', 8), change('b', 'desk', 1, { title: 'export finished' }))).toBe(1);
});

it('takes less for the cause what had run for ten minutes before everything broke within one', () => {
  const weight = (minutesAgo: number, doubt: number): number =>
    passedOver(seen([]), found([], 'desk', doubt), change('a', 'desk', minutesAgo));
  expect(weight(12, 60_000)).toBeLessThan(0.5);
  expect(weight(12, 5 * 60_000)).toBe(1);
  expect(weight(8, 60_000)).toBe(1);
});

it('blames no change of anything else where lines say that a certificate has expired', () => {
  const pattern = line('edge', 'x509: certificate has expired or is not yet valid');
  const scene = { ...seen([]), patterns: [{ evidence: 'E2', pattern }] };
  expect(passedOver(scene, found([], 'desk'), change('a', 'desk', 2))).toBeLessThan(0.5);
  expect(passedOver(scene, found([], 'desk'), change('a', 'desk', 2, { kind: 'certificate' }))).toBe(1);
  expect(passedOver(seen([]), found([], 'desk'), change('a', 'desk', 2))).toBe(1);
});

it('looks at the caller that alone asks more for each request, and not at what it asks', () => {
  const more = { ...told('traffic', 'desk', 5), labels: { service: 'desk', target: 'ledger' } };
  const slow = told('latency', 'ledger', 4);
  const near = (service: string, signals: Signal[]): number =>
    nearness(seen(signals), change('a', service, 1), found(signals, 'ledger'));
  expect(presser(seen([more]), [more], 'ledger')).toBe('desk');
  expect(near('desk', [more, slow])).toBeGreaterThan(near('ledger', [more, slow]));
  const visitors = told('traffic', 'desk', 5);
  expect(presser(seen([more, visitors]), [more, visitors], 'ledger')).toBeNull();
  const other = { ...told('traffic', 'shelf', 5), id: 'other', labels: { service: 'shelf', target: 'ledger' } };
  expect(presser(seen([more, other]), [more, other], 'ledger')).toBeNull();
  const failed = { ...more, labels: { ...more.labels, outcome: 'none' } };
  expect(presser(seen([failed]), [failed], 'ledger')).toBeNull();
});

it('takes a loop for telling in the diff of who asks more, and a job for here that new lines name', () => {
  const more = { ...told('traffic', 'desk', 5), labels: { service: 'desk', target: 'ledger' } };
  const diff = (text: string) => ({ ...seen([more]), diffs: new Map([['a', `@@ -1 +1 @@\n+${text}\n`]]) });
  const loops = (text: string): boolean => asksInLoop(diff(text), found([more], 'ledger'), change('a', 'desk', 1));
  expect(loops('for (const one of all) load(one);')).toBe(true);
  expect(loops('load(all);')).toBe(false);
  const scene = { ...seen([]), patterns: [{ evidence: 'E2', pattern: line('desk', 'GET /dump agent=stock-export') }] };
  const job = (title: string) => isSpokenOf(scene, found([], 'desk'), change('a', null, 1, { kind: 'batch', title }));
  expect(job('stock-export started')).toBe(true);
  expect(job('stock-import started')).toBe(false);
});

it('takes nobody for hurt who does less or fails less, and no sum of seconds for slow that grows with the visitors', () => {
  expect([...movedServices([told('cpu', 'desk', 0.5), told('errors', 'ledger', 9)])]).toEqual(['ledger']);
  const points = [-40, -20, 0, 20].map((m): [string, number] => [
    new Date(AT + m * 60_000).toISOString(),
    m < 0 ? 10 : 20,
  ]);
  const sides = { before: { median: 10 }, after: { median: 20 } };
  const grown = (role: Signal['role'], metric: string): Signal => {
    const one = told(role, 'desk', 2);
    return { ...one, id: metric, metric, fact: { ...one.fact, points, ...sides } };
  };
  const explained = (metric: string): boolean =>
    explainedByTraffic(seen([grown('latency', metric), grown('traffic', 'requests')])).has(metric);
  expect(explained('answer_seconds_sum')).toBe(true);
  expect(explained('answer_seconds')).toBe(false);
});
