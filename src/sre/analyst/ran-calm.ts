/** What speaks for another trigger than a change: it ran calm until a sharp step, came too late, or runs where nothing broke. Pure. */
import type { Found } from './judgement.ts';
import { plainLabel } from './labels.ts';
import { copyLabel } from './naming.ts';
import { isVictim } from './nearness.ts';
import { isOfCalls } from './node-names.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { isFew, moved, type Signal } from './signals.ts';

const MINUTE = 60_000;
/** A step that is known to the minute. */
export const SHARP = 1.5 * MINUTE;

/** Everything broke in one step, and this had run for long until then: that takes a trigger of its own. */
export function ranCalm(scene: Scene, found: Found, change: Change): boolean {
  const { onset } = found;
  if (onset === null || onset.plusMinus > SHARP) return false;
  // What it calls answers worse though it asks no more of it: the step is there, and it is told sooner that this ran calm.
  const long = isVictim(scene, found, change) ? 5 * MINUTE : 10 * MINUTE;
  return onset.at - Date.parse(change.time) >= long;
}

/** Its own service answered worse, beyond what that moment may be off, before it took effect. */
export function brokeBefore({ together }: Found, { service, time }: Change): boolean {
  return together.some((signal) => {
    const { change } = signal.fact;
    if (service === null || signal.service !== service || change === null || change.kind !== 'level') return false;
    const latest = Date.parse(change.at) + change.plus_minus_minutes * MINUTE;
    return worse(signal) && latest < Date.parse(time);
  });
}

/** One zone suffers beside calm ones: a change of a service is in all of them, unless it names that one. */
export function isElsewhereToo(scene: Scene, { onset }: Found, { id, service, title }: Change): boolean {
  if (service === null || onset === null) return false;
  const from = onset.at - Math.max(3 * MINUTE, onset.plusMinus);
  const text = `${title}\n${scene.diffs.get(id) ?? ''}`.toLowerCase();
  const zones = scene.signals.filter((one) => zoneOf(one) !== null && ['errors', 'latency'].includes(one.role));
  const hurt = zones.filter((one) => worse(one) && Date.parse(one.fact.change?.at ?? '') >= from);
  const alone = hurt.filter(
    (one) => zones.some((other) => isBeside(one, other)) && !hurt.some((other) => isBeside(one, other)),
  );
  return alone.length > 0 && alone.every((one) => !text.includes(zoneOf(one)?.toLowerCase() ?? ''));
}

/** What is looked at has no instruments of its own: whether it became worse, or this asks it otherwise, no instrument can tell. */
export function isSeenByCallersOnly(scene: Scene, found: Found, change: Change): boolean {
  const own = scene.signals.filter(({ service, labels }) => service === found.focus && !isOfCalls(labels));
  return own.length === 0 && isVictim(scene, found, change);
}

function worse(signal: Signal): boolean {
  const { change } = signal.fact;
  return (
    ['errors', 'latency'].includes(signal.role) &&
    change !== null &&
    moved(signal) &&
    !isFew(signal) &&
    change.to >= 1.5 * Math.max(0, change.from)
  );
}

function zoneOf(signal: Signal): string | null {
  const label = signal.copy ? copyLabel(signal) : undefined;
  return label !== undefined && plainLabel(label) === 'zone' ? (signal.fact.labels[label] ?? null) : null;
}

/** The same of the same service, in another zone. */
function isBeside(one: Signal, other: Signal): boolean {
  const rest = ({ labels }: Signal): string =>
    JSON.stringify(Object.entries(labels).filter(([label]) => plainLabel(label) !== 'zone'));
  return (
    one.metric === other.metric &&
    one.service === other.service &&
    zoneOf(one) !== zoneOf(other) &&
    rest(one) === rest(other)
  );
}
