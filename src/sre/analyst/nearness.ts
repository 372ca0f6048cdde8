/** How near a change is to what moved, and what the controls say of it: both before its time is looked at. */
import { isOfNoService, isOfThisGround } from './ground.ts';
import type { Found } from './judgement.ts';
import {
  answersWorse,
  askedByNoService,
  busier,
  callersOf,
  commonCause,
  hasSignals,
  movedServices,
  presser,
  sharedDependencies,
} from './moved-services.ts';
import { isStuck } from './movement.ts';
import { changedLines } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { isFew, moved, type Signal } from './signals.ts';
import { calmInTraces, slowerByItself } from './slower-by-itself.ts';
import { clearedBy, versionRuns } from './version-runs.ts';
import { movedVariants, sidesOf } from './version-sides.ts';
import { underscored } from './vocabulary.ts';

/** What is left of the weight of a change that a control clears. */
const CLEARED = 0.15;
const CONVICTED = 2;
const AT_ONCE = 1.5;
const NAMED_IT = 1.6;
const MINUTE = 60_000;

export function nearness(scene: Scene, change: Change, found: Found): number {
  const { service } = change;
  if (isOfThisGround(scene, change, found)) return 0.95;
  if (service === null) {
    const named = titled(change);
    const shown = named !== null && isOutside(scene, named) && movedInstrumentOf(named, found.together);
    return shown || fillsTheStore(scene, change, found) ? 0.9 : 0.4;
  }
  if (isOutside(scene, service)) return movedInstrumentOf(service, found.together) ? 0.9 : 0.4;
  const near = worksOn(scene, change, found) ? 0.95 : nearnessOf(scene, service, found);
  return isOfNoService(scene, found.together) ? Math.min(near, 0.5) : near;
}

/** A migration is run by a service, on the store that it calls: there it does what it does. */
function worksOn(scene: Scene, { kind, service }: Change, { focus, together }: Found): boolean {
  if (kind !== 'migration' || focus === null || (scene.calls.get(focus) ?? []).length > 0) return false;
  return (scene.calls.get(service ?? '') ?? []).includes(focus) && answersWorse(together, focus);
}

/** Of a service that stands in the graph. */
function nearnessOf(scene: Scene, service: string, { focus, together }: Found): number {
  const pressing = focus === null ? null : presser(scene, together, focus);
  if (service === focus) return pressing === null ? 1 : 0.5;
  if (service === pressing) return 0.95;
  if (service === scene.service) return ownNearness(scene, focus, together);
  if (scene.down.has(service)) return nearnessBelow(scene, service, focus, together);
  const fed = feeds(scene, service, focus, together);
  return Math.max(fed, scene.up.has(service) ? 0.2 : 0);
}

/** Of one that the alert's service calls. */
function nearnessBelow(scene: Scene, service: string, focus: string | null, together: Found['together']): number {
  if (movedServices(together).has(service)) return leansOnFocus(scene, service, focus, together) ? 0.5 : 0.95;
  // One whose instruments are stuck is as unseen as one without any.
  const calm = calmInTraces(scene, service) || (hasSignals(scene, service) && !isBlind(scene, service));
  return calm ? 0.2 : 0.55;
}

/** What its title begins with, where no service is given: `proxy: other ciphers`. */
function titled({ title }: Change): string | null {
  return /^([\w.-]+): /.exec(title)?.[1] ?? null;
}

/**
 * A job names the store that it works on, or nothing at all. One that began is near a store that is kept busy by no service;
 * one that ended asks for nothing any more.
 */
function fillsTheStore(scene: Scene, { service, kind, title }: Change, { focus, together }: Found): boolean {
  const fits = service === null || service === focus;
  return fits && kind === 'batch' && !ENDED.test(title) && askedByNoService(scene, together, focus);
}

/** A job that began in the service that asks more of another, though no more is asked of itself: that is who asks. */
function asksByItself(scene: Scene, { service, kind, title }: Change, { focus, together }: Found): boolean {
  if (kind !== 'batch' || service === null || focus === null || ENDED.test(title)) return false;
  return presser(scene, together, focus) === service;
}

export const ENDED = /\b(finished|ended|completed|done|stopped|cancell?ed)\b/i;

/** Exporters put the name of what they watch first: `coredns_…` tells of the name servers, whoever's label it bears. */
function movedInstrumentOf(service: string, together: Found['together']): boolean {
  return together.some(({ metric }) => `${underscored(metric)}_`.startsWith(`${underscored(service)}_`));
}

/** A graph drawn from calls does not know the platform: name servers, proxies, clusters. */
function isOutside({ calls }: Scene, service: string): boolean {
  return calls.size > 0 && !calls.has(service);
}

/** An instrument of it is stuck: that it looks calm says nothing. */
export function isBlind(scene: Scene, service: string | null): boolean {
  return scene.signals.some((signal) => service !== null && signal.service === service && isStuck(signal.fact));
}

/** It calls what is looked at, which answers worse: what it shows itself comes from there. */
function leansOnFocus(scene: Scene, service: string, focus: string | null, together: Found['together']): boolean {
  return focus !== null && (scene.calls.get(service) ?? []).includes(focus) && answersWorse(together, focus);
}

/** Something deeper that answers worse is no doing of the one that only calls it. */
function ownNearness(scene: Scene, focus: string | null, together: Found['together']): number {
  if (commonCause(scene, together) !== null) return 0.3;
  return focus !== null && answersWorse(together, focus) ? 0.5 : 0.8;
}

/** It calls something that the alert's service leans on as well: a database it keeps busy, a queue it writes to. */
function feeds(scene: Scene, service: string, focus: string | null, together: Found['together']): number {
  const shared = sharedDependencies(scene).filter((name) => callersOf(scene, name).includes(service));
  const crowded = [...shared, focus].some(
    (name) => name !== null && callersOf(scene, name).includes(service) && busier(together, name),
  );
  if (crowded) return movedServices(together).has(service) ? 0.9 : 0.75;
  return shared.length > 0 ? 0.45 : 0;
}

/** Above 1 when something points at it, far below when a control clears it. */
export function control(scene: Scene, found: Found, change: Change): number {
  const atOnce = (movedAtOnce(found, change) && !isVictim(scene, found, change)) || slowAtOnce(scene, found, change);
  const works = fillsTheStore(scene, change, found) || asksByItself(scene, change, found);
  const begun = works && follows(found.onset?.at ?? 0, change.time);
  const pointed =
    (begun ? CONVICTED : 1) * (atOnce ? AT_ONCE : 1) * (namesWhatMoved(scene, found, change) ? NAMED_IT : 1);
  return pointed * compared(scene, found, change);
}

/** Its own service's instruments moved in the minutes after it. */
function movedAtOnce({ together }: Found, { service, time }: Change): boolean {
  return together.some(
    ({ service: owner, fact }) =>
      owner === service &&
      follows(Date.parse(fact.change?.at ?? ''), time, (fact.change?.plus_minus_minutes ?? 0) * MINUTE),
  );
}

/** It leans on what is looked at, of which no more is asked, and which answers worse: what it shows itself is no sign of its own. */
export function isVictim(scene: Scene, { focus, together }: Found, { service }: Change): boolean {
  if (service === null || service === focus || focus === null) return false;
  if (presser(scene, together, focus) === service) return false;
  return leansOnFocus(scene, service, focus, together) && !busier(together, focus);
}

/** Traces on both sides of an onset that came in the minutes after it tell its service from the others. */
function slowAtOnce(scene: Scene, { onset }: Found, { service, time }: Change): boolean {
  return onset !== null && slowerByItself(scene)?.service === service && follows(onset.at, time);
}

/** The foot of a slope may seem to lie before what began it, by what it may be off. */
function follows(at: number, time: string, doubt = 0): boolean {
  const wait = at - Date.parse(time);
  return wait >= -Math.min(4 * MINUTE, Math.max(MINUTE, doubt)) && wait <= 4 * MINUTE;
}

/** A name that tells the moved series from its calm neighbours stands in the changed lines. */
export function namesWhatMoved(scene: Scene, { together, lead, symptom }: Found, change: Change): boolean {
  const diff = scene.diffs.get(change.id);
  if (diff == null) return false;
  const { added, removed } = changedLines(diff);
  const text = [...added, ...removed].join('\n').toLowerCase();
  const copies = scene.signals.filter((signal) => signal.copy && moved(signal));
  return [...together, lead, symptom, ...copies].some(
    (signal) =>
      signal !== null &&
      !isFew(signal) &&
      Object.entries(signal.fact.labels).some(
        ([key, value]) => stands(text, key, value) && neighboursCalm(scene, signal, key),
      ),
  );
}

/** The same metric of the same service with another value of this label stayed where it was. */
function neighboursCalm(scene: Scene, signal: Signal, key: string): boolean {
  const others = scene.signals.filter(
    (one) =>
      one.metric === signal.metric &&
      one.service === signal.service &&
      one.copy === signal.copy &&
      one.fact.labels[key] !== undefined &&
      one.fact.labels[key] !== signal.fact.labels[key],
  );
  return others.length > 0 && others.every((one) => !moved(one) || isFew(one));
}

function stands(text: string, key: string, value: string): boolean {
  const word = value.toLowerCase();
  if (key === 'quantile' || word === '') return false;
  if (/^[a-z]+[_-][a-z0-9_-]*\d/.test(word) && text.includes(word)) return true;
  return (
    new RegExp(`\\b${escaped(key.toLowerCase())}['"]?\\s*[:=]\\s*['"]?${escaped(word)}\\b`).test(text) &&
    /\d/.test(word)
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function compared(scene: Scene, { lead, together }: Found, change: Change): number {
  if (change.kind === 'traffic')
    return together.some(({ role, fact }) => role === 'traffic' && (fact.change?.ratio ?? 9) > 1.3) ? 1 : 0.2;
  if (change.kind === 'flag') return variantControl(scene, change);
  const sides = sidesOf(scene, change);
  if (sides !== null) return sides.verdict === 'alike' ? CLEARED : CONVICTED;
  return clearedBy(versionRuns(scene, lead), change) === null ? 1 : CLEARED;
}

/** A flag makes a difference between its variants, or none at all. */
function variantControl(scene: Scene, { service, title }: Change): number {
  const variants = movedVariants(scene, service);
  if (variants === null) return 1;
  if (variants.length === 0) return 0.4;
  return variants.some((name) => title.toLowerCase().includes(name.toLowerCase())) ? CONVICTED : 1;
}
