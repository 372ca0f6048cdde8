/** Claims, each from one or two answers, each number copied from them. The checker reads every one of them again. */
import type { Claim } from '../finding.ts';
import { amount, grouped, hourly } from './amounts.ts';
import { clock, when } from './clock.ts';
import { diffStory } from './diff-story.ts';
import type { Judgement } from './judgement.ts';
import { movement } from './movement.ts';
import { introduced, named } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Change, Pattern } from './shapes.ts';
import type { Signal } from './signals.ts';
import { termsOf } from './vocabulary.ts';

/** What hurts, since when, and whether it still does. */
export function symptomClaims(scene: Scene, signal: Signal): Claim[] {
  const { change, last_window: last } = signal.fact;
  const parts = [
    ...(change === null ? [] : [`${movement(signal)} at ${clock(change.at, scene)}`]),
    ...(last === null ? [] : [nowOf(scene, signal, last)]),
  ];
  if (parts.length === 0) return [];
  return [{ text: `${introduced(signal)} ${parts.join('; ')}.`, evidence: [signal.evidence] }];
}

function nowOf(scene: Scene, { fact, unit }: Signal, last: { start: string; end: string; median: number }): string {
  const verdict =
    fact.change === null
      ? 'its'
      : fact.last_window?.near === 'after'
        ? 'it is still happening,'
        : 'it is back near where it was,';
  return `${verdict} median ${amount(last.median, unit)} from ${clock(last.start, scene)} to ${clock(last.end, scene)}`;
}

export function leadClaims(scene: Scene, lead: Signal): Claim[] {
  const { change } = lead.fact;
  if (change === null) return [];
  const out: Claim[] = [
    {
      text: `The first sign, ${about(change, scene)}: ${introduced(lead)} ${movement(lead)}.`,
      evidence: [lead.evidence],
    },
  ];
  const [first, second] = change.segments;
  const reset = change.resets[0];
  if (first !== undefined && second !== undefined && reset !== undefined)
    out.push({
      text: `The restart at ${clock(reset, scene)} only reset it: ${hourly(first.per_hour, lead.unit)} before, ${hourly(second.per_hour, lead.unit)} after. Temporary relief, no cure.`,
      evidence: [lead.evidence],
    });
  return out;
}

/** "from about 10:49 on": how well the moment is known is said when it is not known to the minute or two. */
function about(change: { at: string; plus_minus_minutes: number }, scene: Scene): string {
  const slack = change.plus_minus_minutes >= 3 ? ` (± ${Math.round(change.plus_minus_minutes)} min)` : '';
  return `from about ${clock(change.at, scene)} on${slack}`;
}

/** Other signals that put the onset at the same moment; one of each kind, rising before falling. */
export function agreeing(scene: Scene, judgement: Judgement, cause: Change | null): Claim[] {
  return agreeingSignals(scene, judgement, cause)
    .slice(0, 2)
    .map((signal) => ({
      text: `Agrees: ${introduced(signal)} ${movement(signal)} since ${clock(signal.fact.change?.at ?? 0, scene)}.`,
      evidence: [signal.evidence],
    }));
}

/** Those of the blamed service first. */
export function agreeingSignals(scene: Scene, { onset, lead }: Judgement, cause: Change | null): Signal[] {
  const rises = ({ fact }: Signal): number => ((fact.change?.to ?? 0) >= (fact.change?.from ?? 0) ? 1 : 0);
  const blamed = ({ service }: Signal): number => (cause !== null && service === cause.service ? 2 : 0);
  const kind = ({ metric, service }: Signal): string => `${metric} ${service}`;
  return scene.signals
    .filter((signal) => onset?.signs.includes(signal.id) === true && (lead === null || kind(signal) !== kind(lead)))
    .toSorted((a, b) => blamed(b) + rises(b) - blamed(a) - rises(a))
    .filter((signal, at, all) => all.findIndex((one) => kind(one) === kind(signal)) === at);
}

export function changeClaims(scene: Scene, change: Change, judgement: Judgement): Claim[] {
  const own = scene.cited.diffs.get(change.id);
  const recent = scene.now - Date.parse(change.time) <= 48 * 3_600_000;
  const listed = (recent ? scene.cited.changes : scene.cited.older) ?? scene.cited.older ?? own;
  const out: Claim[] = [];
  if (listed !== undefined && listed !== null)
    out.push({
      text: `${named(change)}, a ${change.kind}${change.service === null ? '' : ` of ${change.service}`}, took effect ${when(change.time, scene)}.`,
      evidence: [listed],
    });
  const story = storyOf(scene, change, judgement);
  if (own !== undefined && story !== null) out.push({ text: `Its diff ${story}.`, evidence: [own] });
  return out;
}

/** What the change does, as a clause after its name; null without a diff that says anything. */
export function storyOf(scene: Scene, change: Change, judgement: Judgement): string | null {
  const diff = scene.diffs.get(change.id);
  return diff == null ? null : diffStory(diff, caseTerms(scene, judgement));
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
    ? `New in ${pattern.service}'s log: ${line}, ${grouped(pattern.count)} times from ${clock(pattern.first, scene)} on, never in the window before.`
    : `More in ${pattern.service}'s log: ${line}, ${pattern.rate_per_minute} a minute, ${pattern.baseline_rate_per_minute} before.`;
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
