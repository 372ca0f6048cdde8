import { expect, it } from 'vitest';
import { judge } from '../../../src/sre/analyst/judge.ts';
import type { Found } from '../../../src/sre/analyst/judgement.ts';
import { control, nearness } from '../../../src/sre/analyst/nearness.ts';
import { touchOf } from '../../../src/sre/analyst/read-diff.ts';
import type { Change } from '../../../src/sre/analyst/shapes.ts';
import { moved, type Signal } from '../../../src/sre/analyst/signals.ts';
import { explainedByTraffic } from '../../../src/sre/analyst/traffic.ts';
import { termsOf } from '../../../src/sre/analyst/vocabulary.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

function change(over: Partial<Change>): Change {
  const time = new Date(AT).toISOString();
  return {
    id: 'c1',
    kind: 'infra',
    service: null,
    time,
    actor: 'a',
    title: 'a change',
    ref: null,
    has_diff: false,
    ...over,
  };
}

function found(together: Signal[], focus: string | null): Found {
  return { symptom: null, lead: null, onset: null, focus, together };
}

it('takes a platform for near when instruments of its name moved, whoever bears their label', () => {
  const lookups = { ...told('latency', 'desk', 3), metric: 'coredns_lookup_seconds' };
  const ofNames = change({ service: 'coredns' });
  const near = (signal: Signal) => nearness(seen([signal]), ofNames, found([signal], 'desk'));
  expect(near(lookups)).toBeGreaterThan(0.8);
  expect(near({ ...lookups, metric: 'lookup_seconds' })).toBeLessThan(0.5);
  expect(near({ ...lookups, metric: 'corednsish_lookup_seconds' })).toBeLessThan(0.5);
  const titled = (title: string) => nearness(seen([lookups]), change({ title }), found([lookups], 'desk'));
  expect(titled('coredns: other resolvers')).toBeGreaterThan(0.8);
  expect(titled('other resolvers for coredns')).toBeLessThan(0.5);
});

it('takes a job that begins for near a store that no service asks more of, and not one that ended', () => {
  const store = [told('traffic', 'ledger', 3)];
  const job = (title: string, signals: Signal[]) =>
    nearness(seen(signals), change({ kind: 'batch', title }), found(signals, 'ledger'));
  expect(job('nightly export started', store)).toBeGreaterThan(0.8);
  expect(job('nightly export finished', store)).toBeLessThan(0.5);
  expect(job('nightly export started', [...store, told('traffic', 'desk', 3)])).toBeLessThan(0.5);
  expect(job('nightly export started', [told('cpu', 'ledger', 2)])).toBeGreaterThan(0.8);
});

it('convicts a job of the store itself as one that names none', () => {
  const store = [told('traffic', 'ledger', 3)];
  const where = { ...found(store, 'ledger'), onset: { at: AT, plusMinus: 0, confidence: 1, signs: [] } };
  const weight = (service: string) => control(seen(store), where, change({ kind: 'batch', service }));
  expect(weight('ledger')).toBeGreaterThan(1.5 * weight('cards'));
});

it('takes a migration for near the store that its service calls, where that answers worse', () => {
  const near = (kind: string, signals: Signal[]) =>
    nearness(seen(signals), change({ kind, service: 'desk' }), found(signals, 'ledger'));
  const worse = [told('latency', 'ledger', 3)];
  expect(near('migration', worse)).toBeGreaterThan(0.9);
  expect(near('deploy', worse)).toBeLessThan(0.6);
  expect(near('migration', [told('traffic', 'ledger', 3)])).toBeLessThan(0.9);
});

it('looks first at nothing that moved long after it began, and by less than half', () => {
  const hurt = [told('errors', 'desk', 9, undefined, -30)];
  const scene = (later: Signal) => ({ ...seen([...hurt, later]), alertAt: AT });
  expect(judge(scene(told('latency', 'ledger', 1.3, 'desk', -2))).focus).toBe('desk');
  expect(judge(scene(told('latency', 'ledger', 3, 'desk', -2))).focus).toBe('ledger');
  expect(judge(scene(told('latency', 'ledger', 1.3, 'desk', -29))).focus).toBe('ledger');
});

it('does not call over, or visitors, what restarts empty and what fills again', () => {
  const at = (minutes: number) => new Date(AT + minutes * 60_000).toISOString();
  const filling = (resets: string[], end: number): Signal => {
    const signal = told('memory', 'desk', 3, undefined, -240);
    const { change } = signal.fact;
    if (change === null) throw new Error('it moved');
    const last_window = { start: at(end - 5), end: at(end), median: 11, near: 'before' as const };
    const slope = { ...change, kind: 'slope' as const, per_hour: 30, resets };
    return { ...signal, fact: { ...signal.fact, change: slope, last_window } };
  };
  const teeth = [at(-170), at(-100), at(-20)];
  expect(moved(filling(teeth, 0))).toBe(true);
  expect(moved(filling(teeth, 90))).toBe(false);
  expect(moved(filling([], 0))).toBe(false);
  const points = Array.from({ length: 49 }, (_, i): [string, number] => [at(5 * i - 240), 10 + i]);
  const visitors = told('traffic', 'desk', 2, undefined, -240);
  const more = { ...visitors, fact: { ...visitors.fact, points } };
  const leaking = filling(teeth, 0);
  const calm = filling([at(-170)], 0);
  const explained = (signal: Signal) => explainedByTraffic({ ...seen([signal, more]), alertAt: AT }).has(signal.id);
  expect(explained(leaking)).toBe(false);
  const still = { ...calm, fact: { ...calm.fact, last_window: null } };
  expect(explained(still)).toBe(true);
});

it('reads in lines and diffs what they do not say in so many words', () => {
  const terms = (line: string) => termsOf([line]);
  expect(terms('java.net.UnknownHostException: db.local')).toContain('resolver');
  expect(terms('socket.gaierror: [Errno -3]')).toContain('resolver');
  expect(terms('java.net.SocketException: db.local')).not.toContain('resolver');
  const diff = (line: string) => touchOf('', `--- a/h.py\n+++ b/h.py\n@@ -1 +1 @@\n+${line}\n`, terms('memory_bytes'));
  expect(diff('SEEN[req.id] = answer(req)')).toBeGreaterThan(diff('same = SEEN[req.id] == answer(req)'));
});

it('looks first at the process that filled up long before anybody was hurt', () => {
  const hurt = [told('latency', 'desk', 9, undefined, -5), told('latency', 'cards', 9, undefined, -5)];
  const growing = (minutes: number): Signal => {
    const signal = told('memory', 'desk', 3, undefined, minutes);
    const slope = signal.fact.change === null ? null : { ...signal.fact.change, kind: 'slope' as const, per_hour: 30 };
    return { ...signal, fact: { ...signal.fact, change: slope } };
  };
  expect(judge(seen([growing(-90), ...hurt])).focus).toBe('desk');
  expect(judge(seen([growing(-6), ...hurt])).focus).toBe('cards');
});
