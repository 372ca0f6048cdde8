import { expect, it } from 'vitest';
import { askedByNoService, commonCause, crowdedEntry } from '../../../src/sre/analyst/moved-services.ts';
import { type Scene, sceneOf } from '../../../src/sre/analyst/scene.ts';
import type { Signal } from '../../../src/sre/analyst/signals.ts';
import { isToldBetter } from '../../../src/sre/analyst/told-better.ts';
import { type Calls, reach, reverse } from '../../../src/sre/stats/graph-walk.ts';

const AT = Date.UTC(2026, 4, 1, 10);
const calls: Calls = new Map([
  ['edge', ['desk', 'shelf']],
  ['desk', ['ledger', 'cards']],
  ['shelf', ['cards', 'ledger']],
  ['stall', ['cards']],
  ['ledger', []],
  ['cards', []],
  ['mails', ['letters']],
  ['letters', []],
]);

/** The scene of an alert of `desk`. */
function seen(signals: Signal[]): Scene {
  const brief = { incident: 'inc_1', now: new Date(AT).toISOString(), alerts: [], log_file: null };
  const scene = sceneOf({ ...brief, can_open_pull_request: false }, calls, []);
  return { ...scene, service: 'desk', signals, down: reach('desk', calls), up: reach('desk', reverse(calls)) };
}

/** What an instrument showed: `times` as much since so many minutes, known to `doubt` minutes. */
function told(role: Signal['role'], service: string, times: number, by?: string, minutes = 0, doubt = 1): Signal {
  const labels: Record<string, string> = by === undefined ? { service } : { service: by, target: service };
  const at = new Date(AT + minutes * 60_000).toISOString();
  const change: Signal['fact']['change'] =
    times === 1
      ? null
      : {
          ...{ kind: 'level', at, plus_minus_minutes: doubt, confidence: 1, from: 10, to: 10 * times, ratio: times },
          ...{ per_hour: 0, per_hour_before: 0, began_before_window: false, resets: [], segments: [] },
        };
  const fact: Signal['fact'] = {
    ...{ labels, points: [], stats: null, before: null, after: null, last_window: null, stale: false, change },
    ...{ compared: null, last_sample_at: null },
  };
  return {
    ...{ id: `${role} ${JSON.stringify(labels)}`, metric: role, unit: '1', quantile: null, role, service, labels },
    ...{ asked: {}, copy: false, evidence: 'E1', fact },
  };
}

it('says where more visitors come in, and that a store is asked by none of the services that lean on it', () => {
  const visitors = [told('traffic', 'edge', 3), told('traffic', 'desk', 3), told('traffic', 'ledger', 3)];
  expect(crowdedEntry(seen(visitors), visitors)).toBe('edge');
  expect(crowdedEntry(seen(visitors), visitors.slice(1))).toBeNull();
  expect(askedByNoService(seen(visitors), visitors, 'ledger')).toBe(false);
  expect(askedByNoService(seen([]), [told('traffic', 'ledger', 3), told('traffic', 'mails', 3)], 'ledger')).toBe(true);
});

it('takes for what all lean on the one that answers worse, and none where something else does', () => {
  const hurt = ['desk', 'shelf', 'stall'].map((service) => told('errors', service, 9));
  const three: Calls = new Map([...calls, ['booth', ['cards']], ['kiosk', ['letters']], ['bank', ['letters']]]);
  const scene = { ...seen([...hurt, told('errors', 'booth', 9)]), calls: three };
  expect(commonCause(scene, hurt)).toBe('cards');
  expect(commonCause(scene, [...hurt, told('errors', 'ledger', 9, 'desk')])).not.toBe('cards');
});

it('believes of two instruments of one answer the sharper, and no stranger who alone is answered worse', () => {
  const blunt = told('latency', 'ledger', 2, 'desk', 0, 5);
  expect(isToldBetter(seen([blunt]), blunt)).toBe(false);
  expect(isToldBetter(seen([blunt, told('latency', 'ledger', 2, undefined, 7, 1)]), blunt)).toBe(true);
  expect(isToldBetter(seen([blunt, told('latency', 'ledger', 2, undefined, 12, 1)]), blunt)).toBe(false);
  const strange = told('latency', 'cards', 2, 'stall');
  expect(isToldBetter(seen([strange]), strange)).toBe(false);
  expect(isToldBetter(seen([strange, told('latency', 'cards', 1, 'desk')]), strange)).toBe(true);
  expect(isToldBetter(seen([strange, told('latency', 'cards', 2, 'desk')]), strange)).toBe(false);
});
