/** Which services moved with the onset, and what that says of where to look: at what they share, at who feeds it. */
import { deepestAnomalous } from '../stats/graph-walk.ts';
import type { Onset } from '../stats/onset.ts';
import { present } from './labels.ts';
import { calledIn, isOfCalls, nodeNamed } from './node-names.ts';
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';
import { type Role, roleOf } from './vocabulary.ts';
import { wanders } from './wander.ts';

const MINUTE = 60_000;
const HURTS = new Set<Role>(['latency', 'errors', 'saturation', 'cpu', 'memory', 'clock']);
/** A node that more than this share of all services calls is the floor they stand on: it links nobody to anybody. */
const EVERYBODY = 0.5;

/** Signals that moved between shortly before the onset and the alert, and that traffic does not explain. */
export function movedWith(scene: Scene, onset: Onset | null): Signal[] {
  if (onset === null) return [];
  const from = onset.at - Math.max(3 * MINUTE, onset.plusMinus);
  return scene.signals.filter((signal) => {
    if (signal.copy || !moved(signal) || scene.explained.has(signal.id) || wanders(signal, scene.alertAt)) return false;
    const at = Date.parse(signal.fact.change?.at ?? '');
    return signal.fact.change?.began_before_window === false && at >= from && at <= scene.alertAt + 2 * MINUTE;
  });
}

/** How long after the onset something may still be what it came from. */
const LATE = 10 * MINUTE;

/** Those that may have begun it: what moved long after it, and by less than half, only followed. */
export function notLate(signals: readonly Signal[], onset: Onset | null): Signal[] {
  return signals.filter(({ fact: { change } }) => {
    if (onset === null || change === null || Date.parse(change.at) - onset.at <= LATE) return true;
    const [low, high] = [Math.min(change.from, change.to), Math.max(change.from, change.to)];
    return high >= 1.5 * low;
  });
}

/** Fewer errors, a faster answer or less work hurts nobody. */
export function movedServices(signals: readonly Signal[]): Set<string> {
  const hurt = signals.filter(
    ({ role, fact: { change } }) =>
      HURTS.has(role) && (role === 'saturation' || role === 'clock' || (change?.to ?? 0) >= (change?.from ?? 0)),
  );
  return new Set(hurt.flatMap(({ service }) => service ?? []));
}

/** The deepest services that moved, from the alert's own down the calls. */
export function deepest(scene: Scene, services: ReadonlySet<string>): string[] {
  return scene.service === null ? [] : deepestAnomalous(scene.service, scene.calls, services);
}

/** Does it answer its callers worse, rather than only hold more for them? */
export function answersWorse(signals: readonly Signal[], service: string): boolean {
  return signals.some(
    ({ service: owner, role, fact }) =>
      owner === service && ['latency', 'errors'].includes(role) && (fact.change?.to ?? 0) > (fact.change?.from ?? 0),
  );
}

/** More of one outcome may be fewer of another. */
function isOneOutcome(labels: Record<string, string>): boolean {
  return present(['status', 'code', 'result', 'outcome', 'reason'], Object.keys(labels)).length > 0;
}

/** More is asked of it than before: whoever calls it may be the reason. */
export function busier(signals: readonly Signal[], service: string): boolean {
  return signals.some(
    ({ service: owner, role, labels, fact }) =>
      owner === service &&
      role === 'traffic' &&
      !isOneOutcome(labels) &&
      (fact.change?.to ?? 0) > 1.4 * (fact.change?.from ?? 0),
  );
}

/** Where visitors come in who are more than before: the service that nobody calls, above the alert's, when more is asked of both. */
export function crowdedEntry(scene: Scene, signals: readonly Signal[]): string | null {
  if (scene.service === null || !busier(signals, scene.service)) return null;
  const tops = [scene.service, ...scene.up.keys()].filter((name) => callersOf(scene, name).length === 0);
  return tops.find((name) => busier(signals, name)) ?? null;
}

/**
 * A store that has more to do, by what is asked of it or by its own processor, though no more is asked of any that lean on it:
 * who asks is no service.
 */
export function askedByNoService(scene: Scene, signals: readonly Signal[], store: string | null): boolean {
  if (store === null || (scene.calls.get(store) ?? []).length > 0) return false;
  if (!busier(signals, store) && !worksHarder(signals, store)) return false;
  const callers = callersOf(scene, store);
  return callers.length > 0 && !callers.some((name) => isAskedMore(signals, name));
}

function worksHarder(signals: readonly Signal[], service: string): boolean {
  return signals.some(
    ({ service: owner, role, fact }) =>
      owner === service && role === 'cpu' && (fact.change?.to ?? 0) > 1.4 * (fact.change?.from ?? 0),
  );
}

/** The one caller that asks more of it for each of its own requests; null when none does, or several at once: then they have it from it. */
export function presser(scene: Scene, signals: readonly Signal[], service: string): string | null {
  const [first = null, ...others] = callersOf(scene, service).filter((one) => asksMoreOf(scene, signals, one, service));
  return others.length === 0 ? first : null;
}

/** It asks more of the other one than before, though no more is asked of itself: for each request it asks more. */
function asksMoreOf(scene: Scene, signals: readonly Signal[], service: string, other: string): boolean {
  const more = scene.signals.some(
    (one) =>
      one.service === service &&
      one.role === 'traffic' &&
      !one.copy &&
      moved(one) &&
      !isOneOutcome(one.labels) &&
      (one.fact.change?.to ?? 0) > 1.4 * (one.fact.change?.from ?? 0) &&
      calledIn(one.labels).some((value) => nodeNamed(value, scene.calls) === other),
  );
  return more && !isAskedMore(signals, service);
}

/** By those who call it; what it asks of others itself is told by instruments that name them. */
function isAskedMore(signals: readonly Signal[], service: string): boolean {
  return busier(
    signals.filter(({ labels }) => !isOfCalls(labels)),
    service,
  );
}

/** Dependencies of the alert's service that only some others share. */
export function sharedDependencies(scene: Scene): string[] {
  if (scene.service === null) return [];
  const all = [...scene.calls.values()].filter((targets) => targets.length > 0).length;
  return (scene.calls.get(scene.service) ?? []).filter((name) => {
    const callers = callersOf(scene, name).length;
    return callers > 1 && callers <= EVERYBODY * all;
  });
}

export function callersOf(scene: Scene, name: string): string[] {
  return [...scene.calls].filter(([, targets]) => targets.includes(name)).map(([caller]) => caller);
}

/** Services that share a dependency with the alert's service and are on no path with it. */
export function siblings(scene: Scene): string[] {
  const shared = sharedDependencies(scene).flatMap((name) => callersOf(scene, name));
  return [...new Set(shared)].filter((name) => name !== scene.service && !scene.down.has(name) && !scene.up.has(name));
}

/**
 * A dependency under which all moved that lean on it, the alert's service and at least two more: the common cause. Of several,
 * the one that is seen to answer worse; none, when something else that the service asks is, and does not lean on it.
 */
export function commonCause(scene: Scene, signals: readonly Signal[]): string | null {
  const hurt = new Set(signals.flatMap(({ service }) => service ?? []));
  const found = sharedDependencies(scene).filter((name) => {
    const others = callersOf(scene, name).filter((caller) => caller !== scene.service && hasSignals(scene, caller));
    const moving = others.filter((caller) => hurt.has(caller) && !scene.up.has(caller));
    return moving.length >= 2 && moving.length >= 0.6 * others.length;
  });
  const worse = found.find((name) => answersWorse(signals, name));
  const [first = null] = found;
  if (worse !== undefined || first === null) return worse ?? null;
  const other = (scene.calls.get(scene.service ?? '') ?? []).some(
    (name) => answersWorse(signals, name) && !(scene.calls.get(name) ?? []).includes(first),
  );
  return other ? null : first;
}

export function hasSignals(scene: Scene, service: string): boolean {
  return scene.signals.some(
    (signal) => signal.service === service && !signal.copy && roleOf(signal.metric) !== 'limit',
  );
}
