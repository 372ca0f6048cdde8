/** The verdict of the statistics: what hurts, what moved first and when, and which change fits that moment. Pure. */
import { attribute, type Candidate } from '../stats/attribute.ts';
import { type Onset, onsetOf, type Sign } from '../stats/onset.ts';
import { fuse, type Scored } from '../stats/rank.ts';
import { withoutWanderers } from './before-the-crowd.ts';
import { isBeforeTheClock, isOfThisGround } from './ground.ts';
import type { Found, Judgement } from './judgement.ts';
import { LONG } from './known.ts';
import { answersWorse, busier, commonCause, deepest, movedServices, movedWith, notLate } from './moved-services.ts';
import { control, namesWhatMoved, nearness } from './nearness.ts';
import { asksInLoop, isSpokenOf, passedOver } from './passed-over.ts';
import { touchOf } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { fillsUp, isFew, moved, type Signal } from './signals.ts';
import { slowerByItself } from './slower-by-itself.ts';
import { isToldBetter } from './told-better.ts';
import { askedMore } from './traffic.ts';
import { type Role, roleOf, termsOf, wordsOf } from './vocabulary.ts';
import { waited } from './waits.ts';
import { wanders } from './wander.ts';

const WEIGHT: Record<Role, number> = {
  saturation: 1,
  memory: 0.85,
  errors: 0.9,
  latency: 0.9,
  cpu: 0.7,
  traffic: 0.35,
  clock: 0.9,
  probe: 0.4,
  other: 0.4,
  limit: 0,
  lifecycle: 0,
};

/** What a service asks more of is as telling as how it answers. */
const ASKED_MORE = 0.8;
/** What is left of the weight of what the day alone explains: it confirms, and starts nothing beside clear signs. */
const WANDERS = 0.6;

export function judge(scene: Scene): Judgement {
  const symptom = symptomOf(scene);
  const onset = onsetOf(signsOf(scene));
  const lead = leadOf(scene, onset);
  const together = movedWith(scene, onset);
  const focus = focusOf(scene, lead, notLate(together, onset));
  const found = { symptom, lead, onset, focus, together };
  const ranking = onset === null ? [] : attribute(onset, candidatesOf(scene, found));
  return { ...found, ranking, services: rankServices(scene, onset) };
}

/** Of the signs that agree on the onset, the one closest to what hurts: it is the one a reader knows. */
function leadOf(scene: Scene, onset: Onset | null): Signal | null {
  const weight = (signal: Signal): number => WEIGHT[signal.role] * closeness(scene, signal.service);
  const agreeing = scene.signals.filter((signal) => onset?.signs.includes(signal.id) === true);
  return agreeing.toSorted((a, b) => weight(b) - weight(a) || a.id.localeCompare(b.id))[0] ?? null;
}

/** Moved signals as signs of an onset, weighted by how close they are to what hurts. */
export function signsOf(scene: Scene): Sign[] {
  const signs = scene.signals
    .filter((signal) => !signal.copy && moved(signal) && !scene.explained.has(signal.id) && !isDaily(signal))
    .filter((signal) => !isToldBetter(scene, signal) && !isBeforeTheClock(scene, signal))
    .flatMap((signal) => {
      const { change } = signal.fact;
      if (change === null || change.began_before_window) return [];
      const at = Date.parse(change.at);
      const weight = askedMore(scene, signal) ? ASKED_MORE : WEIGHT[signal.role];
      const relevance =
        weight * closeness(scene, signal.service) * direction(signal) * (wanders(signal, scene.alertAt) ? WANDERS : 1);
      if (at > scene.alertAt + 5 * 60_000) return [];
      return [
        { id: signal.id, at, plusMinus: change.plus_minus_minutes * 60_000, confidence: change.confidence, relevance },
      ];
    });
  return withoutWanderers(scene, signs);
}

/** Over days a series that goes up and down each day has slopes by chance: only what leaves its own range counts. */
function isDaily({ asked, fact }: Signal): boolean {
  const { stats, before, after } = fact;
  if (asked.start !== LONG || stats === null || before === null || after === null) return false;
  const range = (stats.max ?? 0) - (stats.min ?? 0);
  return Math.abs((after.median ?? 0) - (before.median ?? 0)) < 0.35 * range;
}

/** Fewer errors or a faster answer starts no incident, nor does an error more in an hour. */
function direction(signal: Signal): number {
  const { change } = signal.fact;
  if (isFew(signal)) return 0.1;
  const falls = change !== null && change.to < change.from;
  const goodWhenLow = ['errors', 'latency', 'cpu', 'memory'].includes(signal.role);
  return falls && goodWhenLow ? 0.2 : falls && signal.role === 'saturation' ? 0.7 : 1;
}

export function closeness(scene: Scene, service: string | null): number {
  if (service === null) return 0.3;
  if (service === scene.service) return 1;
  const down = scene.down.get(service);
  if (down !== undefined) return down === 1 ? 0.85 : 0.55;
  const up = scene.up.get(service);
  return up === undefined ? 0.1 : 0.35;
}

/** The alert's own series: its words in the metric's name, its service in the labels. */
export function symptomOf(scene: Scene): Signal | null {
  const words = new Set(wordsOf(scene.alertText));
  const roles = new Set([...words].map((word) => roleOf(word)));
  const scored = scene.signals
    .filter((signal) => !signal.copy)
    .map((signal) => {
      const share = wordsOf(signal.metric).filter((word) => words.has(word)).length;
      const own = signal.service === scene.service ? 2 : 0;
      const probe = scene.probe === (signal.role === 'probe') ? 2 : 0;
      const hurts = ['latency', 'errors', 'probe'].includes(signal.role) ? 3 : 0;
      const spoken = roles.has(signal.role) ? 2 : 0;
      const change = signal.fact.change;
      const size = change === null ? 0 : 2 + Math.min(2, Math.abs(Math.log(Math.max(1e-6, change.ratio ?? 10))) / 2);
      return {
        signal,
        score: 1.5 * share + own + probe + hurts + spoken + (moved(signal) && !isFew(signal) ? size : 0),
      };
    })
    .sort((a, b) => b.score - a.score || a.signal.id.localeCompare(b.signal.id));
  return scored[0]?.signal ?? null;
}

/**
 * Where to look first: what all that moved lean on; a process that fills up long before anybody is hurt; the service that
 * traces show to be slow by itself; else the deepest service that moved, one that was changed then before the others. A
 * service that only holds more for its callers, and answers them as ever, shows what they do to it: then the alert's own.
 */
function focusOf(scene: Scene, lead: Signal | null, together: readonly Signal[]): string | null {
  const common = commonCause(scene, together);
  if (common !== null) return common;
  if (lead !== null && filledFirst(lead, together)) return lead.service;
  const slower = slowerByItself(scene);
  // One of which more is asked may be slow by that: then its callers are looked at, too.
  if (slower !== null && !busier(together, slower.service)) return slower.service;
  const ends = deepest(scene, movedServices(together));
  const at = ends.find((name) => changedThen(scene, name, lead)) ?? ends[0] ?? lead?.service ?? scene.service;
  if (at === null || at === scene.service) return at;
  const own = scene.signals.some(
    (signal) => signal.service === scene.service && signal.role === 'saturation' && moved(signal),
  );
  const serves = (scene.calls.get(at) ?? []).length === 0;
  const holdsMore = own && serves && !answersWorse(together, at);
  return holdsMore && !changedThen(scene, at, lead) ? scene.service : at;
}

/** The memory of a process grows by what it does itself: who is hurt long after that began is no place to look first. */
function filledFirst(lead: Signal, together: readonly Signal[]): boolean {
  const later = 10 * 60_000;
  const at = Date.parse(lead.fact.change?.at ?? '');
  return (
    lead.role === 'memory' &&
    fillsUp(lead) &&
    together.every(({ service, fact }) => service === lead.service || Date.parse(fact.change?.at ?? '') - at > later)
  );
}

function changedThen(scene: Scene, service: string, lead: Signal | null): boolean {
  const at = Date.parse(lead?.fact.change?.at ?? '');
  return scene.changes.some(
    (change) => change.service === service && Math.abs(Date.parse(change.time) - at) < 15 * 60_000,
  );
}

const KINDS: Record<string, number> = {
  infra: 0.8,
  batch: 0.7,
  scaling: 0.5,
  certificate: 0.8,
  vendor: 0.6,
  traffic: 0.6,
};

function candidatesOf(scene: Scene, found: Found): Candidate[] {
  const { lead, symptom, focus } = found;
  const terms = termsOf([
    lead?.metric ?? '',
    ...Object.entries(lead?.labels ?? {}).flat(),
    ...Object.keys(symptom?.labels ?? {}),
    symptom?.metric ?? '',
    ...scene.freshLines(focus).map((pattern) => pattern.template),
    ...scene.freshLines(scene.service).map((pattern) => pattern.template),
  ]);
  return scene.changes.map(
    (change) =>
      waiting(scene, found, change) ?? {
        id: change.id,
        time: Date.parse(change.time),
        nearness: nearness(scene, change, found),
        touch:
          isOfThisGround(scene, change, found) ||
          namesWhatMoved(scene, found, change) ||
          asksInLoop(scene, found, change) ||
          isSpokenOf(scene, found, change)
            ? 1
            : touchOf(titleOf(change), scene.diffs.get(change.id), terms),
        weight: (KINDS[change.kind] ?? 1) * control(scene, found, change) * passedOver(scene, found, change),
      },
  );
}

/** What waited until something was used up acts at the onset, where that was used up. */
function waiting(scene: Scene, found: Found, change: Change): Candidate | null {
  const at = found.onset?.at;
  return at === undefined || !waited(scene, found, change)
    ? null
    : { id: change.id, time: at, nearness: 0.95, touch: 1, weight: 1 };
}

/** Titles name their own service: that says nothing of what is changed in it. */
function titleOf({ title, service }: Scene['changes'][number]): string {
  return service === null ? title : title.replaceAll(service, ' ');
}

/** Services by how hard they moved and by how early, fused. */
function rankServices(scene: Scene, onset: Onset | null): Scored[] {
  const names = [...new Set(scene.signals.flatMap((signal) => (signal.service === null ? [] : [signal.service])))];
  const own = (name: string): Signal[] => scene.signals.filter((signal) => signal.service === name && moved(signal));
  const hardest = names.map((name) => ({
    name,
    score: Math.max(0, ...own(name).map((signal) => (signal.fact.change?.confidence ?? 0) * WEIGHT[signal.role])),
  }));
  const earliest = names.map((name) => ({
    name,
    score: -Math.min(
      Number.MAX_SAFE_INTEGER,
      ...own(name).map((signal) => Date.parse(signal.fact.change?.at ?? '') || Number.MAX_SAFE_INTEGER),
    ),
  }));
  const near = names.map((name) => ({ name, score: closeness(scene, name) }));
  return fuse(onset === null ? [hardest, near] : [hardest, earliest, near]).slice(0, 12);
}
