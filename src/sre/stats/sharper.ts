/** A coarse change told more sharply, from its own neighbourhood. */
import { type Candidate, fromHinge, fromSplit } from './candidate.ts';
import { hinge } from './hinge.ts';
import { levelShift } from './level-shift.ts';
import type { Point } from './resets.ts';
import { stepNoise } from './scale.ts';
import { meanSse } from './shape.ts';

const HOUR = 3_600_000;
/** Samples before a bend, and after it in ever smaller neighbourhoods. */
const BEFORE = 120;
const AFTER = [90, 45, 24, 12];
/** Gain in units of noise that a neighbourhood must still show. */
const CLEAR = 20;
/** The same for the widest of them. */
const LEAST = 4;
/** In units of noise: what is this far out can be seen. */
const SEEN = 3;

/**
 * Later bends (a limit reached, a smaller load) pull a fitted bend away from its place. Fitted again over ever smaller
 * neighbourhoods, up to the next reset, it is where the eye sees it.
 */
export function sharper(coarse: Candidate, points: readonly Point[], resets: readonly number[]): Partial<Candidate> {
  if (coarse.kind !== 'slope' || coarse.earlier) return {};
  const ends = resets.map((index) => points[index]?.[0] ?? 0);
  let found: Candidate | null = null;
  for (const after of AFTER) {
    const local: Candidate | null = changeNear(points, found?.at ?? coarse.at, after, ends);
    const least: number = found === null ? LEAST : CLEAR;
    if (local === null || local.strength < least || rises(local) !== rises(coarse)) break;
    if (local.kind === 'level') return { ...moment(found), at: local.at, plusMinus: local.plusMinus };
    found = { ...(found ?? local), at: local.at, plusMinus: local.plusMinus };
  }
  return moment(found);
}

function moment(found: Candidate | null): Partial<Candidate> {
  return found === null ? {} : { at: found.at, plusMinus: found.plusMinus, from: found.from, perHour: found.perHour };
}

function rises({ from, to }: Candidate): boolean {
  return to > from;
}

/** The bend of the samples around a moment, in units of the noise before it; a step where that fits them better. */
function changeNear(points: readonly Point[], at: number, after: number, ends: readonly number[]): Candidate | null {
  const index = points.findIndex(([ms]) => ms >= at);
  const reset = ends.find((ms) => ms > (points[index + 15]?.[0] ?? at));
  const near = points
    .slice(Math.max(0, index - BEFORE), index + after)
    .filter(([ms]) => ms < (reset ?? Number.POSITIVE_INFINITY));
  const bend = hinge(near, false);
  const split = levelShift(near);
  if (bend === null || split === null) return null;
  const calm = near.filter(([ms]) => ms < bend.at).map(([, value]) => value);
  const noise = Math.max(stepNoise(calm), 1e-12);
  return split.sse < bend.sse
    ? fromSplit(near, split, noise, meanSse(near))
    : seen(fromHinge(near, bend, noise, meanSse(near)), near, noise);
}

/**
 * A curve that flattens later puts the bend of a straight line too early. Where the samples after the bend would have
 * shown it and did not, it lies between the last of them and the first that does.
 */
function seen(bend: Candidate, points: readonly Point[], noise: number): Candidate {
  const away = (value: number): number => (value - bend.from) * Math.sign(bend.perHour);
  const index = points.findIndex(([ms, value]) => ms > bend.at && away(value) > SEEN * noise);
  const [last, first] = [points[index - 1]?.[0] ?? bend.at, points[index]?.[0] ?? bend.at];
  const due = (Math.abs(bend.perHour) * (last - bend.at)) / HOUR;
  return due > 2 * SEEN * noise ? { ...bend, at: (last + first) / 2, plusMinus: first - last } : bend;
}
