/** What a signal did, in words: rose, fell, climbed, is flat. */
import { amount, hourly } from './amounts.ts';
import { clock } from './clock.ts';
import { inBrackets, measure } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Signal } from './signals.ts';

/** "rose from 269 ms to 2.48 s" of a level, "climbed from 8 by 59 an hour" of a slope. */
export function movement(signal: Signal): string {
  const { change } = signal.fact;
  if (change === null) return 'did not change';
  const up = change.to >= change.from;
  if (change.kind === 'slope')
    return `${up ? 'climbed' : 'sank'} from ${amount(change.from, signal.unit)} by ${hourly(change.per_hour, signal.unit)}`;
  const verb = up ? 'rose' : 'fell';
  if (up && Math.abs(change.from) < 0.01 * Math.abs(change.to))
    return `${verb} from next to nothing to ${amount(change.to, signal.unit)}`;
  return `${verb} from ${amount(change.from, signal.unit)} to ${amount(change.to, signal.unit)}`;
}

/** Compared at the turning point and about the same on both sides. An instrument that is stuck shows nothing by that. */
export function isFlat({ fact }: Signal): boolean {
  const { compared } = fact;
  if (compared === null || isStuck(fact)) return false;
  if (compared.before_median === compared.after_median) return true;
  const ratio = compared.ratio;
  return ratio !== null && ratio > 0.8 && ratio < 1.25;
}

/** Shows one and the same value since then, though it used to move: not calm, but not measured. */
export function isStuck({ stuck_since }: Signal['fact']): boolean {
  return typeof stuck_since === 'string';
}

/** "HTTP requests flat: median 24.9/s since 10:49, 23.0/s before". Says "little changed" of what is not quite flat. */
export function flat(signal: Signal, scene: Scene): string {
  const { compared } = signal.fact;
  if (compared === null) return `${measure(signal)}: not compared`;
  const { before_median: before, after_median: after, at } = compared;
  const outcome = Object.entries(signal.fact.labels).filter(([, value]) => value !== signal.service);
  const name = `${measure(signal)}${inBrackets(outcome)}`;
  if (before === 0 && after === 0) return `${name}: median 0 before and since ${clock(at, scene)}`;
  const level = Math.abs(after - before) <= 0.1 * Math.abs(before) ? 'flat' : 'little changed';
  return `${name} ${level}: median ${amount(after, signal.unit)} since ${clock(at, scene)}, ${amount(before, signal.unit)} before`;
}
