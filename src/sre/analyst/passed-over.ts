/** What clears a change besides its own controls: a cause that lines name, and another change right before the step. Pure. */
import type { Found } from './judgement.ts';
import { presser } from './moved-services.ts';
import { ENDED, nearness } from './nearness.ts';
import { brokeBefore, isElsewhereToo, ranCalm, SHARP } from './ran-calm.ts';
import { changedLines } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';

const MINUTE = 60_000;
/** What is left of the weight of a change that is passed over. */
const PASSED = 0.15;

export function passedOver(scene: Scene, found: Found, change: Change): number {
  if (endedByItself(scene, change) || isOvertaken(scene, found, change)) return PASSED;
  const another = ranCalm(scene, found, change) || brokeBefore(found, change) || isElsewhereToo(scene, found, change);
  return another ? DOUBTED : 1;
}

/** What is left where something speaks for another trigger. */
const DOUBTED = 0.4;

/** A certificate ends on the day that stands in it: lines that say so name the cause, and it is no change of anything else. */
function endedByItself(scene: Scene, { kind, title }: Change): boolean {
  const said = scene.freshLines(null).some(({ template }) => ENDED_DAY.test(template));
  return said && kind !== 'certificate' && !/\b(cert|certificates?|tls)\b/i.test(title);
}

const ENDED_DAY = /\bcert(ificate)?\b.{0,40}\b(has |is )?expired\b/i;

/**
 * What moved did so in one step, known to the minute, and something at least as near was changed right before: what had run for
 * longer until then ran calm. A rollout takes some minutes, so that a change elsewhere says so only of what was long done.
 */
function isOvertaken(scene: Scene, found: Found, change: Change): boolean {
  const { onset } = found;
  if (onset === null || onset.plusMinus > SHARP) return false;
  const ran = onset.at - Date.parse(change.time);
  const near = nearness(scene, change, found);
  return scene.changes.some((other) => {
    const wait = onset.at - Date.parse(other.time);
    if (wait < -MINUTE || wait > 4 * MINUTE || ENDED.test(other.title)) return false;
    if (other.service === change.service || isOfTheGround(other)) return ran >= 5 * MINUTE;
    return ran >= 10 * MINUTE && nearness(scene, other, found) >= 0.9 * near;
  });
}

/** Of no service: what all stand on. */
function isOfTheGround({ service, kind }: Change): boolean {
  return service === null && kind === 'infra';
}

/** Its service asks more of another one for each request, and the diff adds a loop: what stands in it is asked as often. */
export function asksInLoop(scene: Scene, { focus, together }: Found, { id, service }: Change): boolean {
  const diff = scene.diffs.get(id);
  if (diff == null || focus === null || service === null || presser(scene, together, focus) !== service) return false;
  return changedLines(diff).added.some((line) => LOOP.test(line));
}

const LOOP = /\b(for|foreach|while|each)\b|\.(map|forEach|each)\(/;

/** A job that began is named by lines that were never there before: it was here. */
export function isSpokenOf(scene: Scene, { focus }: Found, { kind, title }: Change): boolean {
  if (kind !== 'batch' || ENDED.test(title)) return false;
  const names = title.match(/[a-z0-9]+(?:[-_][a-z0-9]+)+/gi) ?? [];
  const lines = scene.freshLines(focus).map(({ sample }) => sample);
  return names.some((name) => name !== focus && lines.some((line) => line.includes(name)));
}
