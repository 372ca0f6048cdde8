import { expect, it } from 'vitest';
import type { Found } from '../../../src/sre/analyst/judgement.ts';
import type { Change, Pattern } from '../../../src/sre/analyst/shapes.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import { lowersCeiling, waited } from '../../../src/sre/analyst/waits.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

const HOUR = 60;
const ago = (minutes: number): string => new Date(AT - minutes * 60_000).toISOString();

function change(service: string, minutesAgo: number): Change {
  return { id: 'a', service, time: ago(minutesAgo), kind: 'config', actor: 'a', title: 't', ref: null, has_diff: true };
}
function found(lead: Signal | null = null): Found {
  const onset = { at: AT, plusMinus: 0, confidence: 1, signs: [] };
  return { symptom: null, lead, focus: 'desk', together: [], onset };
}
function line(sample: string): { evidence: string; pattern: Pattern } {
  const times = { first: '', last: '', count: 3, rate_per_minute: 1, baseline_count: 0, baseline_rate_per_minute: 0 };
  return {
    evidence: 'E2',
    pattern: { ...times, template: sample, service: 'desk', level: 'error', status: 'new', sample, score: 1 },
  };
}
function fills(minutes: number): Signal {
  const signal = told('saturation', 'desk', 2, undefined, minutes);
  if (signal.fact.change !== null) signal.fact.change.kind = 'slope';
  return signal;
}

it('sees a change that began to fill what lines say is full, hours later', () => {
  const full = line('write /data: no space left on device');
  const of = (signals: Signal[], patterns: Scene): boolean =>
    waited({ ...seen(signals), patterns }, found(), change('desk', 2 * HOUR));
  type Scene = ReturnType<typeof seen>['patterns'];
  expect(of([fills(-2 * HOUR)], [full])).toBe(true);
  expect(of([fills(-HOUR)], [full])).toBe(false);
  expect(of([fills(-2 * HOUR)], [line('read timed out')])).toBe(false);
});

it('sees what keeps more and more where the process is killed for its memory, and not what takes it out again', () => {
  const of = (diff: string, words = 'Container desk was OOMKilled', service = 'desk'): boolean =>
    waited({ ...seen([]), patterns: [line(words)], diffs: new Map([['a', diff]]) }, found(), change(service, 3 * HOUR));
  expect(of('+  listeners.add(session)')).toBe(true);
  expect(of('+  listeners.add(session)\n+  onClose(() => listeners.remove(session))')).toBe(false);
  expect(of('-  listeners.add(session)')).toBe(false);
  expect(of('+  listeners.add(session)', 'read timed out')).toBe(false);
  expect(of('+  listeners.add(session)', 'Container desk was OOMKilled', 'mails')).toBe(false);
});

it('sees a ceiling that was lowered and is met when more is asked, and none that was raised', () => {
  const traffic = told('traffic', 'desk', 1);
  const asked = (now: number): Signal => ({
    ...traffic,
    fact: { ...traffic.fact, points: [[ago(2 * HOUR), 10] as [string, number], [ago(0), now] as [string, number]] },
  });
  const of = (diff: string, now: number, minutesAgo = 2 * HOUR): boolean =>
    waited({ ...seen([asked(now)]), diffs: new Map([['a', diff]]) }, found(), change('desk', minutesAgo));
  const lower = '-  maxReplicas: 9\n+  maxReplicas: 2';
  expect(of(lower, 14)).toBe(true);
  expect(of(lower, 10)).toBe(false);
  expect(of('-  maxReplicas: 2\n+  maxReplicas: 9', 14)).toBe(false);
  expect(of(lower, 14, 5)).toBe(false);
  expect(lowersCeiling('-  timeoutMs: 900\n+  timeoutMs: 30')).toBe(false);
});
