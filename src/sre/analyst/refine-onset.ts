/** Telemetry says when something began as well as its samples and its noise let it; a change inside that says it to the second. */
import type { Judgement } from './judgement.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { broughtBy, versionRuns } from './version-runs.ts';

const MINUTE = 60_000;

/** Of what the onset may be off: a rollout begins a little before it is felt. What is known to less than a minute was seen, not guessed. */
const SLACK = 1.5;

/**
 * The change's own time when what the onset may be off holds it, else the onset: what began some minutes after a change is
 * told as it was seen. Milliseconds. Where the version that the change brought is the first that did not run calm, a slow
 * bend may be seen later still.
 */
export function onsetNear(scene: Scene, { onset, lead }: Judgement, change: Change): number {
  const time = Date.parse(change.time);
  if (onset === null) return time;
  const runs = versionRuns(scene, lead);
  const turned = runs.find((run) => !run.calm);
  const confirmed = turned !== undefined && broughtBy(runs, change) === turned;
  const band = Math.min(12 * MINUTE, (onset.plusMinus < MINUTE ? 1 : SLACK) * onset.plusMinus);
  return Math.abs(onset.at - time) <= (confirmed ? 20 * MINUTE : band) ? time : onset.at;
}
