/** What more or fewer requests alone would do: a resource that grows as the traffic grows has not begun to leak. */
import { medianOf } from '../stats/scale.ts';
import type { Scene } from './scene.ts';
import { fillsUp, moved, type Signal } from './signals.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FOLLOWS = new Set(['saturation', 'cpu', 'memory', 'errors']);

export function explainedByTraffic(scene: Scene): Set<string> {
  const traffic = scene.signals.filter((signal) => signal.role === 'traffic' && signal.service !== null);
  const explained = scene.signals.filter((signal) => {
    if (!(FOLLOWS.has(signal.role) || isTotal(signal)) || !moved(signal) || isSawtooth(signal)) return false;
    const own = traffic.filter((one) => one.service === signal.service && !one.copy);
    const asked = own.length > 0 ? own : traffic.filter((one) => one.service === scene.service && !one.copy);
    return asked.slice(0, 1).some((one) => follows(signal, one)) || asked.some((one) => climbsWith(signal, one, scene));
  });
  return new Set(explained.map((signal) => signal.id));
}

/** Seconds spent on all requests together: twice the visitors take twice the seconds. */
function isTotal({ role, metric }: Signal): boolean {
  return role === 'latency' && /_sum$/.test(metric);
}

/** What restarts empty again and again fills by itself: visitors are not fewer after each of them. */
function isSawtooth(signal: Signal): boolean {
  return fillsUp(signal) && (signal.fact.change?.resets.length ?? 0) >= 2;
}

/** Nepers: two fifths more. */
const MORE = Math.log(1.4);

/** More is asked of it, and not because more is asked of the alert's service: that one asks more for each request. */
export function askedMore(scene: Scene, signal: Signal): boolean {
  const { change } = signal.fact;
  if (signal.role !== 'traffic' || change === null || (scene.down.get(signal.service ?? '') ?? 0) === 0) return false;
  const own = scene.signals.filter((one) => one.role === 'traffic' && one.service === scene.service && !one.copy);
  const mine = ratioOf(change.from, change.to) ?? 0;
  return own.length > 0 && own.every((one) => mine - (growthAround(one, Date.parse(change.at)) ?? 0) > MORE);
}

/** Same direction over the same two spans of time, and by at least half as much in proportion. */
function follows(signal: Signal, traffic: Signal): boolean {
  const at = Date.parse(signal.fact.change?.at ?? '');
  const mine = ratioOf(signal.fact.before?.median, signal.fact.after?.median);
  const theirs = growthAround(traffic, at);
  if (mine === null || theirs === null || Math.sign(mine) !== Math.sign(theirs)) return false;
  return Math.abs(theirs) > 0.1 && Math.abs(theirs) >= 0.5 * Math.abs(mine);
}

/**
 * A slope of hours, while the traffic went the same way over the same hours and at least half as far in proportion. What
 * climbs for days does not climb with the day.
 */
function climbsWith({ fact }: Signal, traffic: Signal, { alertAt }: Scene): boolean {
  const { change } = fact;
  const at = Date.parse(change?.at ?? '');
  if (change?.kind !== 'slope' || alertAt - at < HOUR || alertAt - at > DAY) return false;
  const mine = ratioOf(change.from, change.from + (change.per_hour * (alertAt - at)) / HOUR);
  const during = traffic.fact.points.filter(([time]) => Date.parse(time) >= at && Date.parse(time) <= alertAt);
  const third = Math.ceil(during.length / 3);
  const middle = (points: typeof during): number => medianOf(points.map(([, value]) => value));
  const theirs = during.length < 3 ? null : ratioOf(middle(during.slice(0, third)), middle(during.slice(-third)));
  if (mine === null || theirs === null || Math.sign(mine) !== Math.sign(theirs)) return false;
  // Between the middles of the outer thirds lie two thirds of the way.
  return Math.abs(theirs) > 0.1 && 1.5 * Math.abs(theirs) >= 0.5 * Math.abs(mine);
}

/** The traffic has bends of its own; what counts is how it was before and after the moment of the other signal. */
function growthAround({ fact }: Signal, at: number): number | null {
  const before = fact.points.filter(([time]) => Date.parse(time) < at);
  const after = fact.points.filter(([time]) => Date.parse(time) >= at);
  const first = before.length > 0 ? before : fact.points.slice(0, 1);
  if (after.length === 0) return null;
  const middle = (points: typeof before): number => medianOf(points.map(([, value]) => value));
  return ratioOf(middle(first), middle(after));
}

function ratioOf(from = 0, to = 0): number | null {
  return from > 0 && to > 0 ? Math.log(to / from) : null;
}
