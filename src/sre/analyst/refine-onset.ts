/** A bend in noise is known to some minutes only; a change that stands inside that band sharpens it. */
import type { Judgement } from './judge.ts';
import type { Change } from './shapes.ts';

/** The change's own time when the onset's band holds it (a rollout takes minutes), else the onset. Milliseconds. */
export function onsetNear({ onset }: Judgement, change: Change): number {
  const time = Date.parse(change.time);
  if (onset === null) return time;
  const inside = Math.abs(onset.at - time) <= Math.min(12 * 60_000, Math.max(6 * 60_000, 2 * onset.plusMinus));
  return inside ? time : onset.at;
}
