/**
 * When did a series change, and how: to another level, or to another slope. The simplest model that explains it wins
 * (constant, line, one step, one bend), and only when the change is large against the noise and against the level.
 */
import { type Hinge, hinge } from './hinge.ts';
import { levelShift, type Split } from './level-shift.ts';
import { type Point, type Unwrapped, unwrapResets } from './resets.ts';
import { stepNoise } from './scale.ts';
import { line, meanSse, ridOfSpikes, withoutPlateau } from './shape.ts';

export interface Change {
  kind: 'level' | 'slope';
  /** Milliseconds; the first sample of the new behaviour. */
  at: number;
  /** Half-width of the moment, milliseconds. */
  plusMinus: number;
  from: number;
  to: number;
  /** Units per hour after the change; 0 for a level. Falls caused by resets are added back. */
  perHour: number;
  /** Size of the change in units of sample-to-sample noise. */
  strength: number;
  /** 0 to 1. */
  confidence: number;
  /** The series already moved like this when the samples begin. */
  earlier: boolean;
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
const HOUR = 3_600_000;

/** Null when nothing changed that matters, or when there are fewer than 12 samples. At most 20,000 samples are read. */
export function changePoint(input: readonly Point[], limits: Sensitivity = SENSITIVITY): Change | null {
  const points = input.slice(-20_000).filter(([, value]) => Number.isFinite(value));
  if (points.length < 12) return null;
  const { points: lifted, resets } = unwrapEither(points);
  const smooth = ridOfSpikes(lifted);
  const noise = Math.max(stepNoise(points.map(([, value]) => value)), 1e-12);
  const coarse = best(smooth, noise);
  if (coarse === null || !matters(coarse, points, limits)) return null;
  const found = { ...coarse, ...sharper(coarse, smooth, resets, noise) };
  return { ...found, resets: resets.map((index) => points[index]?.[0] ?? 0) };
}

type Candidate = Omit<Change, 'resets'>;

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

/**
 * Later bends (a limit reached, a smaller load) pull a fitted bend away from its place. Fitted again over its own
 * neighbourhood, up to the next reset, it is where the eye sees it.
 */
function sharper(
  coarse: Candidate,
  points: readonly Point[],
  resets: readonly number[],
  noise: number,
): Partial<Candidate> {
  if (coarse.kind !== 'slope' || coarse.earlier) return {};
  const reset = resets.map((index) => points[index]?.[0] ?? 0).find((ms) => ms > coarse.at + HOUR / 4);
  const until = Math.min(reset ?? Number.POSITIVE_INFINITY, coarse.at + 1.5 * HOUR);
  const near = points.filter(([ms]) => ms >= coarse.at - 2 * HOUR && ms < until);
  const bend = hinge(near, false);
  if (bend === null) return {};
  const local = fromHinge(near, bend, noise, meanSse(near));
  if (local.strength < SENSITIVITY.strength || Math.sign(local.perHour) !== Math.sign(coarse.perHour)) return {};
  return { at: local.at, plusMinus: local.plusMinus, from: local.from, perHour: local.perHour };
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

function confidence(strength: number, explained: number): number {
  return Math.max(0, Math.min(1, (strength / 8) * Math.sqrt(Math.max(0, explained))));
}

function fromSplit(points: readonly Point[], split: Split, noise: number, flat: number): Candidate {
  const size = Math.abs(split.to - split.from);
  const at = points[split.index]?.[0] ?? 0;
  return {
    kind: 'level',
    at,
    plusMinus: at - (points[split.index - 1]?.[0] ?? at),
    from: split.from,
    to: split.to,
    perHour: 0,
    strength: size / noise,
    confidence: confidence(size / noise, 1 - split.sse / Math.max(flat, 1e-18)),
    earlier: false,
  };
}

function fromHinge(points: readonly Point[], bend: Hinge, noise: number, flat: number): Candidate {
  const at = points[bend.index]?.[0] ?? 0;
  const end = points.at(-1)?.[0] ?? at;
  const turn = bend.slopeAfter - bend.slopeBefore;
  const gained = (turn * (end - at)) / HOUR;
  const wait = turn === 0 ? HOUR : Math.abs((noise / turn) * HOUR);
  return {
    kind: 'slope',
    at,
    plusMinus: Math.min(HOUR, Math.max(60_000, 2 * wait)),
    from: bend.from,
    to: bend.from + (bend.slopeAfter * (end - at)) / HOUR,
    perHour: bend.slopeAfter,
    strength: Math.abs(gained) / noise,
    confidence: confidence(Math.abs(gained) / noise, 1 - bend.sse / Math.max(flat, 1e-18)),
    earlier: false,
  };
}

function fromLine(
  points: readonly Point[],
  found: { from: number; to: number; perHour: number; sse: number },
  noise: number,
  flat: number,
): Candidate {
  const strength = Math.abs(found.to - found.from) / noise;
  return {
    kind: 'slope',
    at: points[0]?.[0] ?? 0,
    plusMinus: HOUR,
    from: found.from,
    to: found.to,
    perHour: found.perHour,
    strength,
    confidence: confidence(strength, 1 - found.sse / Math.max(flat, 1e-18)) / 2,
    earlier: true,
  };
}

function matters(found: Candidate, points: readonly Point[], limits: Sensitivity): boolean {
  const size = Math.abs(found.to - found.from);
  const scale = Math.abs(found.from);
  const largest = points.reduce((most, [, value]) => Math.max(most, Math.abs(value)), 0);
  return found.strength >= limits.strength && size >= limits.relative * scale && size >= 0.02 * largest;
}
