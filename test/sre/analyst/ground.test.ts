import { expect, it } from 'vitest';
import { isBeforeTheClock, isOfThisGround } from '../../../src/sre/analyst/ground.ts';
import type { Found } from '../../../src/sre/analyst/judgement.ts';
import { control, nearness } from '../../../src/sre/analyst/nearness.ts';
import type { Change, Pattern } from '../../../src/sre/analyst/shapes.ts';
import { moved, type Signal } from '../../../src/sre/analyst/signals.ts';
import { roleOf } from '../../../src/sre/analyst/vocabulary.ts';
import { AT, seen, told } from '../../kit/small-scene.ts';

const base = { id: 'a', time: new Date(AT - 60_000).toISOString(), actor: 'a', ref: null, has_diff: true };
const change = (service: string | null, title: string, kind = 'infra'): Change => ({ ...base, service, title, kind });
const onset = { at: AT, plusMinus: 0, confidence: 1, signs: [] };
const found = (together: Signal[], focus: string | null = 'desk'): Found => ({
  ...{ symptom: null, lead: null, focus, together, onset },
});
function line(service: string, sample: string, status: Pattern['status'] = 'new') {
  const times = { first: '', last: '', count: 3, rate_per_minute: 1, baseline_count: 0, baseline_rate_per_minute: 0 };
  const pattern: Pattern = { ...times, template: sample, service, level: 'error', status, sample, score: 1 };
  return { evidence: 'E2', pattern };
}

it('knows instruments of clocks, which do not move before they are off by a second', () => {
  for (const name of ['node_clock_offset_seconds', 'ntp.offset', 'node_timex_offset_seconds'])
    expect(roleOf(name)).toBe('clock');
  expect(roleOf('kafka_consumer_offset_lag')).not.toBe('clock');
  expect(moved({ ...told('clock', 'desk', 1.05) })).toBe(false);
  expect(moved(told('clock', 'desk', 2))).toBe(true);
});

it('looks at what sets a clock that ran away, and not at the service that bears it', () => {
  const off = [told('clock', 'desk', 2)];
  const near = (one: Change, together: Signal[]): number => nearness(seen(together), one, found(together));
  expect(near(change(null, 'Nodes: other ntp servers'), off)).toBeGreaterThan(near(change('desk', 'tokens'), off));
  expect(near(change(null, 'Nodes: patches'), off)).toBeLessThan(0.5);
  const slow = [told('latency', 'desk', 2)];
  expect(near(change(null, 'Nodes: other ntp servers'), slow)).toBeLessThan(near(change('desk', 'tokens'), slow));
});

it('begins with the clock, and with nothing that rose by less than half before it', () => {
  const [clock, little, much] = [
    told('clock', 'desk', 2),
    told('cpu', 'desk', 1.3, undefined, -7),
    told('cpu', 'desk', 3, undefined, -7),
  ];
  const scene = seen([clock, little, much]);
  expect(isBeforeTheClock(scene, little)).toBe(true);
  expect(isBeforeTheClock(scene, much)).toBe(false);
  expect(isBeforeTheClock(scene, clock)).toBe(false);
  expect(isBeforeTheClock(seen([little]), little)).toBe(false);
});

it('looks at the change of the one place that new lines of several services bear', () => {
  const policy = change(null, 'Network policy of zone eu-1c');
  const of = (...patterns: ReturnType<typeof line>[]): boolean =>
    isOfThisGround({ ...seen([]), patterns }, policy, found([]));
  expect(of(line('desk', 'reset by peer zone=eu-1c'), line('shelf', '{"zone":"eu-1c"}'))).toBe(true);
  expect(of(line('desk', 'reset by peer zone=eu-1c'))).toBe(false);
  expect(of(line('desk', 'reset zone=eu-1c'), line('shelf', 'reset zone=eu-1a'))).toBe(false);
  const patterns = [line('desk', 'reset zone=eu-1c'), line('shelf', 'reset zone=eu-1c')];
  const near = (scene: ReturnType<typeof seen>): number => nearness(scene, change('desk', 'a'), found([]));
  expect(near({ ...seen([]), patterns })).toBeLessThan(near(seen([])));
  const usual = line('cards', 'done zone=eu-1c', 'same');
  expect(of(line('desk', 'reset zone=eu-1c'), line('shelf', 'reset zone=eu-1c'), usual)).toBe(false);
});

it('convicts the job that began in the service that alone asks more', () => {
  const more = { ...told('traffic', 'desk', 5), labels: { service: 'desk', target: 'ledger' } };
  const weight = (title: string, signals: Signal[]): number =>
    control(seen(signals), found(signals, 'ledger'), change('desk', title, 'batch'));
  expect(weight('backfill', [more])).toBeGreaterThan(weight('backfill finished', [more]));
  expect(weight('backfill', [more])).toBeGreaterThan(weight('backfill', [told('latency', 'ledger', 5)]));
});
