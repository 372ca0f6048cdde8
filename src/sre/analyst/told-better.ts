/** How one end answers is told by several instruments: by itself and by each that calls it. Which of them to believe. Pure. */
import { isOfCalls, nodeNamed } from './node-names.ts';
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';

/** What a moment must be known better by to be believed against another instrument's. */
const SHARPER = 0.25;
const MINUTE = 60_000;

/** True when another instrument tells the same better: what this one shows begins no incident. */
export function isToldBetter(scene: Scene, signal: Signal): boolean {
  return isOfCalls(signal.labels) && (tellsItself(scene, signal) || isStrangersView(scene, signal));
}

/** The end that answers says itself when it became worse, far sharper, and within what its caller's instrument may be off. */
function tellsItself(scene: Scene, { role, service, fact: { change } }: Signal): boolean {
  if (change === null || service === null) return false;
  const [at, doubt] = [Date.parse(change.at), change.plus_minus_minutes];
  return scene.signals.some((own) => {
    const sharp = own.fact.change;
    if (sharp === null || own.copy || own.service !== service || own.role !== role || isOfCalls(own.labels))
      return false;
    const later = (Date.parse(sharp.at) - at) / MINUTE;
    return moved(own, 0.8) && sharp.plus_minus_minutes <= SHARPER * doubt && later > 0 && later <= 2 * doubt;
  });
}

/** One that is on no path of the alert's service is answered worse, while the alert's own is answered as ever. */
function isStrangersView(scene: Scene, { metric, service, labels }: Signal): boolean {
  const asks = (names: Record<string, string>): string[] =>
    Object.values(names)
      .flatMap((value) => nodeNamed(value, scene.calls) ?? [])
      .filter((name) => name !== service);
  const stranger = asks(labels).every((name) => !scene.down.has(name) && !scene.up.has(name));
  if (!stranger || asks(labels).length === 0) return false;
  const own = scene.signals.filter(
    (one) =>
      one.metric === metric && one.service === service && !one.copy && asks(one.labels).includes(scene.service ?? ''),
  );
  return own.length > 0 && own.every((one) => !moved(one));
}
