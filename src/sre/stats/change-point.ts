/**
 * When did a series change, and how: to another level, or to another slope. The simplest model that explains it wins
 * (constant, line, one step, one bend), and only when the change is large against the noise and against the level.
 */
import { type Candidate, fromHinge, fromLine, fromSplit } from './candidate.ts';
import { lastReturn } from './episodes.ts';
import { hinge } from './hinge.ts';
import { levelShift } from './level-shift.ts';
import { type Point, type Unwrapped, unwrapResets } from './resets.ts';
import { stepNoise } from './scale.ts';
import { line, meanSse, ridOfSpikes, withoutPlateau, withoutSpikes } from './shape.ts';
import { sharper } from './sharper.ts';

export interface Change extends Candidate {
  /** Moments at which it fell back and went on. */
  resets: number[];
}

export interface Sensitivity {
  /** Least size, in units of noise. */
  strength: number;
  /** Least size as a share of the earlier level. */
  relative: number;
}
export const SENSITIVITY: Sensitivity = { strength: 4, relative: 0.12 };

/**
 * Null when nothing changed that matters, or when there are fewer than 12 samples. At most 20,000 samples are read. Of a
 * series that went back to its level for a while, the later change.
 */
export function changePoint(input: readonly Point[], limits: Sensitivity = SENSITIVITY): Change | null {
  const points = input.slice(-20_000).filter(([, value]) => Number.isFinite(value));
  if (points.length < 12) return null;
  const back = lastReturn(points);
  if (back !== null) return changePoint(points.slice(back), limits);
  const { points: lifted, resets } = unwrapEither(points);
  const smooth = ridOfSpikes(lifted);
  const noise = Math.max(stepNoise(points.map(([, value]) => value)), 1e-12);
  const coarse = best(smooth, noise);
  if (coarse === null || !matters(coarse, points, limits)) return null;
  const found = { ...coarse, ...sharper(coarse, withoutSpikes(lifted, noise), resets) };
  return { ...found, resets: resets.map((index) => points[index]?.[0] ?? 0) };
}

function best(points: readonly Point[], noise: number): Candidate | null {
  const rising = withoutPlateau(points, noise);
  const models: { cost: number; build: () => Candidate | null }[] = [];
  const add = (sse: number, on: readonly Point[], parameters: number, build: () => Candidate | null): void => {
    const n = on.length;
    // A floor on the error, so that noiseless data does not choose by rounding.
    const error = Math.max(sse / n, (noise * noise) / 100, 1e-18);
    models.push({ cost: Math.log(error) + (parameters * Math.log(n)) / n, build });
  };
  const flat = meanSse(points);
  add(flat, points, 1, () => null);
  const split = levelShift(points);
  if (split !== null) add(split.sse, points, 3, () => fromSplit(points, split, noise, flat));
  addSlopes(rising, noise, add);
  models.sort((a, b) => a.cost - b.cost);
  return models[0]?.build() ?? null;
}

/** A resource that is used up climbs and falls back; what is left of it sinks and jumps up. */
function unwrapEither(points: readonly Point[]): Unwrapped {
  const up = unwrapResets(points);
  if (up.resets.length > 0) return up;
  const down = unwrapResets(points.map(([ms, value]): Point => [ms, -value]));
  return { points: down.points.map(([ms, value]): Point => [ms, -value]), resets: down.resets };
}

type Add = (sse: number, on: readonly Point[], parameters: number, build: () => Candidate | null) => void;

function addSlopes(points: readonly Point[], noise: number, add: Add): void {
  const flat = meanSse(points);
  const straight = line(points);
  if (straight !== null) add(straight.sse, points, 2, () => fromLine(points, straight, noise, flat));
  for (const drift of [false, true]) {
    const bend = hinge(points, drift);
    if (bend !== null) add(bend.sse, points, drift ? 4 : 3, () => fromHinge(points, bend, noise, flat));
  }
}

function matters(found: Candidate, points: readonly Point[], limits: Sensitivity): boolean {
  const size = Math.abs(found.to - found.from);
  const scale = Math.abs(found.from);
  const largest = points.reduce((most, [, value]) => Math.max(most, Math.abs(value)), 0);
  return found.strength >= limits.strength && size >= limits.relative * scale && size >= 0.02 * largest;
}
