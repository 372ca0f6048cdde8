/** A bend in noise is known to some minutes only; a change that stands inside that band sharpens it. */
import type { Judgement } from './judgement.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { broughtBy, versionRuns } from './version-runs.ts';

const MINUTE = 60_000;

/**
 * The change's own time when the onset's band holds it (a rollout takes minutes), else the onset. Milliseconds. Where
 * the version that the change brought is the first that did not run calm, a slow bend may be seen later still.
 */
export function onsetNear(scene: Scene, { onset, lead }: Judgement, change: Change): number {
  const time = Date.parse(change.time);
  if (onset === null) return time;
  const runs = versionRuns(scene, lead);
  const turned = runs.find((run) => !run.calm);
  const confirmed = turned !== undefined && broughtBy(runs, change) === turned;
  const band = Math.min(12 * MINUTE, Math.max(6 * MINUTE, 2 * onset.plusMinus));
  return Math.abs(onset.at - time) <= (confirmed ? 20 * MINUTE : band) ? time : onset.at;
}
