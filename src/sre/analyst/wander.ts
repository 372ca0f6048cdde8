/** What goes up and down with the hours: it is seen, and begins no incident. Pure. */
import type { Signal } from './signals.ts';

const HOUR = 3_600_000;
/** What a slope has done in all, as a share of where it began, below which it only wandered. */
const LITTLE = 0.5;

/**
 * A slope that went on for more than an hour before the alert and is no more than a day's course. Visitors come with the
 * morning: more of them hour by hour are no rush. Anything else that takes hours for less than half as much again is not
 * being used up, unless it is told as a share of what there is, where the last few percent hurt.
 */
export function wanders({ role, unit, fact }: Signal, alertAt: number): boolean {
  const { change } = fact;
  if (change === null || change.kind !== 'slope' || alertAt - Date.parse(change.at) <= HOUR) return false;
  const least = Math.min(Math.abs(change.from), Math.abs(change.to));
  if (role === 'traffic') return Math.abs(change.per_hour) < LITTLE * Math.max(least, 1e-12);
  return unit !== 'ratio' && Math.abs(change.to - change.from) < LITTLE * least;
}
