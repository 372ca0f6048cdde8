/** Cause to effect in two sentences, and what made it visible when it did. */
import { amount, hourly } from './amounts.ts';
import { agreeingSignals, storyOf } from './claims.ts';
import { clock } from './clock.ts';
import type { Judgement } from './judgement.ts';
import { plainLabel } from './labels.ts';
import { movement } from './movement.ts';
import { copyLabel, measure, sharedWords, subject } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { fillsUp, moved, type Signal } from './signals.ts';

/** First what the change does, as far as its text shows; then what that did. */
export function mechanism(scene: Scene, judgement: Judgement, change: Change): string {
  const story = storyOf(scene, change, judgement);
  const first = story === null ? '' : `It ${story}. `;
  const since = story === null ? 'Since it took effect' : 'Since then';
  return `${first}${since} ${origin(scene, judgement, change)}${effect(judgement)}${consequence(judgement)}.`;
}

/** What moved where the change was made, when the first sign named is somewhere else. */
function origin(scene: Scene, judgement: Judgement, change: Change): string {
  if (judgement.lead === null || judgement.lead.service === change.service) return '';
  const [there] = agreeingSignals(scene, judgement, change);
  return there === undefined || there.service !== change.service
    ? ''
    : `${subject(there)} ${movement(there)}, and with it `;
}

/** "checkout's DB pool connections in use climbed by 59 an hour and did not come down by itself". */
export function effect({ lead }: Judgement): string {
  if (lead === null) return 'something moves';
  const { change } = lead.fact;
  if (change === null || !fillsUp(lead)) return `${subject(lead)} ${movement(lead)}`;
  return `${subject(lead)} climbed by ${hourly(change.per_hour, lead.unit)} and did not come down by itself`;
}

function consequence({ lead, symptom }: Judgement): string {
  if (symptom === null || symptom === lead) return '';
  const name = symptom.service === lead?.service ? measure(symptom) : subject(symptom);
  const wait = lead?.role === 'saturation' ? '; where nothing is left, requests wait: ' : '; as it fills up, ';
  const joint = lead !== null && fillsUp(lead) ? wait : ', and ';
  return `${joint}${name} ${movement(symptom)}`;
}

/** What users feel of it, for the summary; nothing when that is the first sign itself. */
export function painWords(scene: Scene, { lead, symptom }: Judgement): string {
  const { change } = symptom?.fact ?? { change: null };
  if (symptom === null || symptom === lead || change === null) return '';
  const now = symptom.fact.last_window?.near === 'after' ? symptom.fact.last_window.median : change.to;
  return `; since ${clock(change.at, scene)} ${measure(symptom)} is ${amount(now, symptom.unit)} instead of ${amount(change.from, symptom.unit)}`;
}

/** When it began to hurt, and which copy was the first to. Null when the first sign and the symptom are one. */
export function triggerWords(scene: Scene, { lead, symptom }: Judgement): string | null {
  const at = symptom?.fact.change?.at;
  if (symptom === null || symptom === lead || at === undefined) return null;
  const when = clock(at, scene);
  if (lead === null || !fillsUp(lead) || lead.role !== 'saturation')
    return `From about ${when} on users felt it: ${measure(symptom)} ${movement(symptom)}.`;
  const first = firstCopy(scene, symptom);
  const where =
    first === null
      ? ''
      : `, first on ${first.fact.labels[copyLabel(first) ?? ''] ?? 'one copy'}${full(scene, lead, first)}`;
  return `From about ${when} on requests had to wait${where}: ${measure(symptom)} ${movement(symptom)}.`;
}

/** " (20 of 20 taken)", when the same copy is at its limit now. */
function full(scene: Scene, lead: Signal, first: Signal): string {
  const label = copyLabel(first) ?? '';
  const sameCopy = scene.signals.filter((one) => one.copy && one.fact.labels[label] === first.fact.labels[label]);
  const taken = sameCopy.find((one) => one.metric === lead.metric)?.fact.last_window?.median;
  const limit = sameCopy.find((one) => one.role === 'limit' && sharedWords(one, lead) >= 2)?.fact.last_window?.median;
  if (taken === undefined || limit === undefined || taken < 0.95 * limit) return '';
  return ` (${amount(taken, lead.unit)} of ${amount(limit, lead.unit)} taken)`;
}

/** The pod, instance or host on which the symptom showed when it showed at all. */
function firstCopy(scene: Scene, symptom: Signal): Signal | null {
  const copies = scene.signals.filter(
    (one) =>
      one.copy &&
      one.metric === symptom.metric &&
      (one.service ?? symptom.service) === symptom.service &&
      ['pod', 'instance', 'host'].includes(plainLabel(copyLabel(one) ?? '')) &&
      moved(one),
  );
  const time = (one: Signal): number => Date.parse(one.fact.change?.at ?? '');
  const [first] = copies.toSorted((a, b) => time(a) - time(b));
  const start = Date.parse(symptom.fact.change?.at ?? '');
  return first !== undefined && Math.abs(time(first) - start) <= 5 * 60_000 ? first : null;
}
