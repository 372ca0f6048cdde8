/** Versions one after the other on the same signal: a version that ran calm clears the deploy that brought it. */
import { copyLabel } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import type { Signal } from './signals.ts';

export interface Run {
  signal: Signal;
  version: string;
  /** Milliseconds: its first sample in the window. */
  begin: number;
  end: number;
  /** At the level of the first version that ran, by median and by its highest values. */
  calm: boolean;
}

const MINUTE = 60_000;
/** A level up to this much above the first version's is still its level. */
const SAME = 1.5;
const LEAST_MINUTES = 20;
const MOST = 6;

/** In the order in which they began; empty when the signal is not told apart by version. */
export function versionRuns(scene: Scene, lead: Signal | null): Run[] {
  if (lead === null) return [];
  const runs = scene.signals
    .filter((one) => one.copy && one.metric === lead.metric && copyLabel(one) === 'version')
    .filter((one) => (one.service ?? lead.service) === lead.service)
    .flatMap((signal): Omit<Run, 'calm'>[] => {
      const { points, last_window: last, labels } = signal.fact;
      const begin = Date.parse(points[0]?.[0] ?? '');
      if (points.length < 4 || last === null || Number.isNaN(begin)) return [];
      return [{ signal, version: labels.version ?? '', begin, end: Date.parse(last.end) }];
    })
    .toSorted((a, b) => a.begin - b.begin)
    .slice(-MOST);
  const first = runs[0]?.signal.fact.stats ?? {};
  return runs.map((run) => ({ ...run, calm: isCalm(run.signal.fact.stats ?? {}, first) }));
}

function isCalm(stats: Record<string, number>, first: Record<string, number>): boolean {
  return ['median', 'p95'].every((name) => (stats[name] ?? Number.NaN) <= SAME * (first[name] ?? Number.NaN));
}

/** The calm run that this deploy began, long enough to tell; null when there is none. */
export function clearedBy(runs: readonly Run[], change: Change): Run | null {
  const own = broughtBy(runs, change);
  return own?.calm === true && own.end - own.begin >= LEAST_MINUTES * MINUTE ? own : null;
}

/** The run that this deploy began; null for the first, which may have begun before the window. */
export function broughtBy(runs: readonly Run[], change: Change): Run | null {
  const [, ...later] = runs;
  const ours = later.filter((run) => change.kind === 'deploy' && run.signal.service === change.service);
  return ours.find((run) => began(run, change)) ?? null;
}

/** A rollout takes minutes, and samples come at steps. */
function began(run: Run, change: Change): boolean {
  const wait = run.begin - Date.parse(change.time);
  return wait >= -2 * MINUTE && wait <= 15 * MINUTE;
}
