/** What had gone nowhere when everything broke began nothing, however early it stirred. Pure. */
import type { Sign } from '../stats/onset.ts';
import { WEAK } from '../stats/onset.ts';
import { medianOf } from '../stats/scale.ts';
import type { Scene } from './scene.ts';
import { fillsUp, type Signal } from './signals.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Signs of one cause follow each other within minutes. */
const TOGETHER = 3 * MINUTE;
/** As many clear signs at one moment are no accident. */
const CROWD = 3;
/** How long before them a sign stands alone. */
const ALONE = 10 * MINUTE;
/** What has not doubled by then has wandered; what is used up without a break may do so by half. */
const FAR = 2;
const USED_UP = 1.5;

/**
 * The signs without those that stood alone long before many broke at once, among them how somebody answers, and that
 * were about where they had come from when that happened. What was used up by then is kept: that is how leaks begin.
 */
export function withoutWanderers(scene: Scene, signs: readonly Sign[]): Sign[] {
  const crowd = crowdOf(scene, signs);
  if (crowd === null) return [...signs];
  const byId = new Map(scene.signals.map((signal) => [signal.id, signal]));
  return signs.filter((sign) => {
    const signal = byId.get(sign.id);
    return sign.at > crowd - ALONE || signal === undefined || wentSomewhere(signal, sign.at, crowd);
  });
}

/** The moment at which most clear signs came together, one of them how somebody on the alert's path answers. */
function crowdOf(scene: Scene, signs: readonly Sign[]): number | null {
  const clear = signs.filter((sign) => sign.confidence * sign.relevance >= WEAK);
  const broken = new Set(scene.signals.filter(breaks).map(({ id }) => id));
  const crowds = clear
    .map(({ at }) => ({ at, members: clear.filter((one) => Math.abs(one.at - at) <= TOGETHER) }))
    .filter(({ members }) => members.length >= CROWD && members.some(({ id }) => broken.has(id)));
  const largest = crowds.toSorted((a, b) => b.members.length - a.members.length || a.at - b.at)[0];
  return largest === undefined ? null : Math.min(...largest.members.map(({ at }) => at));
}

/** Twice as many errors, twice as slow or twice as much waiting, or worse. */
function breaks({ role, fact: { change } }: Signal): boolean {
  return (
    ['errors', 'latency', 'saturation'].includes(role) && change !== null && change.to >= 2 * Math.max(change.from, 0)
  );
}

/** The last readings before the crowd against all before the sign. A share of what there is counts as it is: its last percents hurt. */
function wentSomewhere(signal: Signal, at: number, crowd: number): boolean {
  const { points, change } = signal.fact;
  if (signal.unit === 'ratio') return true;
  const read = points.map(([time, value], i) => ({
    from: Date.parse(time),
    to: Date.parse(points[i + 1]?.[0] ?? ''),
    value,
  }));
  const before = read.filter(({ to }) => to <= at);
  const last = read.filter(({ from, to }) => from >= at && to <= crowd).slice(-2);
  const level = (side: typeof read): number => Math.abs(medianOf(side.map(({ value }) => value)));
  // Between too few readings, what its own bend or step says.
  const drawn = (change?.kind === 'slope' ? (change.per_hour * (crowd - at)) / HOUR + change.from : change?.to) ?? 0;
  const tooFew = before.length === 0 || last.length === 0;
  const [from, to] = tooFew ? [Math.abs(change?.from ?? 0), Math.abs(drawn)] : [level(before), level(last)];
  const times = fillsUp(signal) && (signal.role === 'memory' || change?.resets.length === 0) ? USED_UP : FAR;
  return Math.max(from, to) > times * Math.min(from, to);
}
