import { expect, it } from 'vitest';
import type { Found } from '../../../src/sre/analyst/judgement.ts';
import { brokeBefore, isElsewhereToo, isSeenByCallersOnly, ranCalm } from '../../../src/sre/analyst/ran-calm.ts';
import type { Change } from '../../../src/sre/analyst/shapes.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import { writeFinding } from '../../../src/sre/analyst/write-finding.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

function change(service: string | null, minutesAgo: number, over: Partial<Change> = {}): Change {
  const time = new Date(AT - minutesAgo * 60_000).toISOString();
  return { ...{ id: 'a', service, time, kind: 'deploy', actor: 'a', title: 'a', ref: null, has_diff: true }, ...over };
}

function found(together: Signal[], focus: string | null, plusMinus = 0): Found {
  return { ...{ symptom: null, lead: null, focus, together }, onset: { at: AT, plusMinus, confidence: 1, signs: [] } };
}

function ofZone(zone: string, times: number, metric = 'failures', minutes = 0): Signal {
  const one = told('errors', 'desk', times, undefined, minutes);
  const labels = { service: 'desk', zone };
  return { ...one, id: `${metric} ${zone}`, metric, labels, copy: true, fact: { ...one.fact, labels } };
}

it('takes sooner for calm what had run until something that it asks no more of answered worse in one step', () => {
  const slow = told('latency', 'cards', 9, 'desk');
  const calm = (service: string, minutesAgo: number, signals: Signal[], doubt = 0): boolean =>
    ranCalm(seen(signals), found(signals, 'cards', doubt), change(service, minutesAgo));
  expect(calm('desk', 7, [slow])).toBe(true);
  expect(calm('desk', 3, [slow])).toBe(false);
  expect(calm('desk', 7, [slow], 5 * 60_000)).toBe(false);
  expect(calm('cards', 7, [slow])).toBe(false);
  expect(calm('desk', 7, [slow, told('traffic', 'cards', 3)])).toBe(false);
  expect(calm('cards', 12, [slow])).toBe(true);
});

it('doubts a change whose service answered worse before it took effect, beyond what that moment may be off', () => {
  const before = (signal: Signal): boolean => brokeBefore(found([signal], 'desk'), change('desk', 0));
  expect(before(told('errors', 'desk', 9, undefined, -2))).toBe(true);
  expect(before(told('errors', 'desk', 9, undefined, -2, 3))).toBe(false);
  expect(before(told('errors', 'cards', 9, undefined, -2))).toBe(false);
  expect(before(told('traffic', 'desk', 9, undefined, -2))).toBe(false);
  expect(before(told('errors', 'desk', 0.5, undefined, -2))).toBe(false);
});

it('doubts a change of a service where one zone suffers beside calm ones, unless it names that zone', () => {
  const doubted = (signals: Signal[], one = change('desk', 2)): boolean =>
    isElsewhereToo(seen(signals), found(signals, 'desk'), one);
  const north = ofZone('north-1a', 9);
  expect(doubted([north, ofZone('north-1b', 1)])).toBe(true);
  expect(doubted([north, ofZone('north-1b', 9)])).toBe(false);
  expect(doubted([north, ofZone('north-1b', 2, 'failures', -90)])).toBe(true);
  expect(doubted([north])).toBe(false);
  expect(doubted([north, ofZone('north-1b', 1, 'others')])).toBe(false);
  expect(doubted([north, ofZone('north-1b', 1)], change('desk', 2, { title: 'drain north-1a' }))).toBe(false);
  expect(doubted([north, ofZone('north-1b', 1)], change(null, 2))).toBe(false);
});

it('is not sure of the caller where only callers show what it calls', () => {
  const slow = told('latency', 'cards', 9, 'desk');
  const unseen = (service: string, signals: Signal[]): boolean =>
    isSeenByCallersOnly(seen(signals), found(signals, 'cards'), change(service, 2));
  expect(unseen('desk', [slow])).toBe(true);
  expect(unseen('cards', [slow])).toBe(false);
  expect(unseen('desk', [slow, told('cpu', 'cards', 1)])).toBe(false);
});

it('blames such a caller with medium confidence at most, and says what else it may be', () => {
  const [slow, blamed] = [told('latency', 'cards', 9, 'desk'), change('desk', 2)];
  const wrote = (signals: Signal[]) => {
    const ranking = [
      { id: 'a', score: 0.9, lead: 120_000 },
      { id: null, score: 0.1, lead: null },
    ];
    const judgement = { ...found(signals, 'cards'), lead: slow, symptom: slow, ranking, services: [] };
    return writeFinding({ ...seen(signals), changes: [blamed] }, judgement, []);
  };
  expect(wrote([slow])).toMatchObject({
    confidence: 'medium',
    would_change_my_mind: expect.stringContaining('cards saying'),
  });
  expect(wrote([slow, told('cpu', 'cards', 1)])).toMatchObject({ confidence: 'high', cause: { change_id: 'a' } });
});
