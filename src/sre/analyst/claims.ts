/** Claims, each from one or two answers, each number copied from them. The checker reads every one of them again. */
import type { Claim } from '../finding.ts';
import type { Judgement } from './judge.ts';
import { tellingLine } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change, Pattern } from './shapes.ts';
import { nameOf, type Signal } from './signals.ts';
import { COPY_LABELS, termsOf } from './vocabulary.ts';
import { amount, clock, movement } from './words.ts';

export function symptomClaims(scene: Scene, signal: Signal): Claim[] {
  const { change, last_window } = signal.fact;
  const out: Claim[] = [];
  if (change !== null)
    out.push({
      text: `${nameOf(signal)} ${movement(signal)}, beginning at ${clock(change.at, scene)}.`,
      evidence: [signal.evidence],
    });
  if (last_window !== null)
    out.push({
      text: `In the last complete samples, ${clock(last_window.start, scene)} to ${clock(last_window.end, scene)}, ${nameOf(signal)} has a median of ${amount(last_window.median, signal.unit)}${stillSo(signal)}.`,
      evidence: [signal.evidence],
    });
  return out;
}

function stillSo({ fact }: Signal): string {
  if (fact.change === null || fact.last_window === null) return '';
  return fact.last_window.near === 'after' ? ': it is still happening' : ': it is back near where it was';
}

export function leadClaims(scene: Scene, lead: Signal): Claim[] {
  const { change } = lead.fact;
  if (change === null) return [];
  const out: Claim[] = [
    {
      text: `The first sign is ${nameOf(lead)}: it ${movement(lead)}, from ${clock(change.at, scene)} on.`,
      evidence: [lead.evidence],
    },
  ];
  const [first, second] = change.segments;
  const reset = change.resets[0];
  if (first !== undefined && second !== undefined && reset !== undefined)
    out.push({
      text: `A restart at ${clock(reset, scene)} emptied ${nameOf(lead)} and did not end it: it changed by ${amount(first.per_hour, lead.unit)} an hour before and by ${amount(second.per_hour, lead.unit)} an hour after.`,
      evidence: [lead.evidence],
    });
  return out;
}

/** Other signals that put the onset at the same moment. */
export function agreeing(scene: Scene, judgement: Judgement): Claim[] {
  const others = (judgement.onset?.signs ?? []).filter((id) => id !== judgement.lead?.id);
  return scene.signals
    .filter((signal) => others.includes(signal.id) && signal.metric !== judgement.lead?.metric)
    .slice(0, 3)
    .map((signal) => ({
      text: `${nameOf(signal)} agrees: it ${movement(signal)}, beginning at ${clock(signal.fact.change?.at ?? 0, scene)}.`,
      evidence: [signal.evidence],
    }));
}

export function changeClaims(scene: Scene, change: Change, judgement: Judgement): Claim[] {
  const list = scene.cited.changes ?? scene.cited.older;
  const own = scene.cited.diffs.get(change.id);
  const when = list === null ? own : list;
  const out: Claim[] = [];
  if (when !== undefined && when !== null)
    out.push({
      text: `${change.id}, a ${change.kind}${change.service === null ? '' : ` of ${change.service}`}, took effect at ${clock(change.time, scene)}.`,
      evidence: [when],
    });
  const diff = scene.diffs.get(change.id);
  const line = diff == null ? null : tellingLine(diff, caseTerms(scene, judgement));
  if (own !== undefined && line !== null)
    out.push({ text: `The diff of ${change.id} ${line.sign} the line \`${line.line}\`.`, evidence: [own] });
  return out;
}

/** Words of what moved and of what the logs began to say: what a guilty diff would touch. */
export function caseTerms(scene: Scene, { lead, symptom, focus }: Judgement): Set<string> {
  return termsOf([
    lead?.metric ?? '',
    ...Object.values(lead?.labels ?? {}),
    symptom?.metric ?? '',
    ...scene.freshLines(focus).map((pattern) => pattern.template),
  ]);
}

export function logClaims(scene: Scene, services: readonly (string | null)[]): Claim[] {
  const seen = new Set<string>();
  return scene.patterns
    .filter(({ pattern }) => services.includes(pattern.service) && ['new', 'more'].includes(pattern.status))
    .filter(({ pattern }) => pattern.count >= 3 && !/["`“”]|\.\.\./.test(pattern.template))
    .sort((a, b) => b.pattern.score - a.pattern.score)
    .filter(({ pattern }) => !seen.has(pattern.template) && seen.add(pattern.template))
    .slice(0, 4)
    .map(({ evidence, pattern }) => ({ text: patternText(scene, pattern), evidence: [evidence] }));
}

function patternText(scene: Scene, pattern: Pattern): string {
  const line = `\`${pattern.template}\``;
  return pattern.status === 'new'
    ? `${pattern.service} logs ${line}, ${pattern.count} times from ${clock(pattern.first, scene)} on, and not once in the window before.`
    : `${pattern.service} logs ${line} ${pattern.rate_per_minute} per minute, against ${pattern.baseline_rate_per_minute} per minute before.`;
}

/** What the newest failure says of itself, in its own words. */
export function lineClaims(scene: Scene, service: string | null): Claim[] {
  const told = scene.lines
    .filter(({ line }) => line.service === service)
    .map(({ evidence, line }) => ({ evidence, line, said: Object.entries(line.attributes).filter(isSentence) }))
    .find(({ said }) => said.length > 0);
  if (told === undefined) return [];
  const said = told.said.slice(0, 3).map(([key, value]) => `${key} "${value}"`);
  return [
    {
      text: `At ${clock(told.line.time, scene)} ${told.line.service} logged \`${told.line.message}\`: ${said.join(', ')}.`,
      evidence: [told.evidence],
    },
  ];
}

function isSentence([, value]: [string, string]): boolean {
  return /\s/.test(value) && value.length <= 120 && !/["`“”]|\.\.\./.test(value);
}

/** Copies of the same thing beside each other: what all of them share, and which differ. */
export function copyClaims(scene: Scene, signal: Signal | null): Claim[] {
  if (signal === null) return [];
  const split = scene.signals.filter(
    (one) => one.copy && one.metric === signal.metric && (one.service ?? signal.service) === signal.service,
  );
  const kind = copyLabel(split[0]);
  const lasting = split
    .filter((one) => copyLabel(one) === kind)
    .filter((one) => one.fact.last_window !== null && !one.fact.stale);
  const sorted = lasting.toSorted((a, b) => (b.fact.last_window?.median ?? 0) - (a.fact.last_window?.median ?? 0));
  const [high, low] = [sorted[0], sorted.at(-1)];
  if (high === undefined || low === undefined || high === low) return [];
  const evidence = [...new Set([high.evidence, low.evidence])];
  return [
    {
      text: `Side by side now: ${nameOf(high)} ${amount(high.fact.last_window?.median ?? 0, high.unit)}, ${nameOf(low)} ${amount(low.fact.last_window?.median ?? 0, low.unit)}.`,
      evidence,
    },
  ];
}

function copyLabel(signal: Signal | undefined): string | undefined {
  return COPY_LABELS.find((label) => signal?.labels[label] !== undefined);
}
