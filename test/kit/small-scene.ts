/** A scene of a few services without a world behind it, and what its instruments showed. */
import { type Scene, sceneOf } from '../../src/sre/analyst/scene.ts';
import type { Signal } from '../../src/sre/analyst/signals.ts';
import { type Calls, reach, reverse } from '../../src/sre/stats/graph-walk.ts';

export const AT = Date.UTC(2026, 4, 1, 10);
export const calls: Calls = new Map([
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
export function seen(signals: Signal[]): Scene {
  const brief = { incident: 'inc_1', now: new Date(AT).toISOString(), alerts: [], log_file: null };
  const scene = sceneOf({ ...brief, can_open_pull_request: false }, calls, []);
  return { ...scene, service: 'desk', signals, down: reach('desk', calls), up: reach('desk', reverse(calls)) };
}

/** What an instrument showed: `times` as much since so many minutes, known to `doubt` minutes. */
export function told(
  role: Signal['role'],
  service: string,
  times: number,
  by?: string,
  minutes = 0,
  doubt = 1,
): Signal {
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
