/** What else it could have been, and what speaks against each. Nothing is ruled out without evidence. */

import type { Finding } from '../finding.ts';
import { timeFit } from '../stats/attribute.ts';
import { caseTerms } from './claims.ts';
import { turningPoint } from './follow-up.ts';
import type { Judgement } from './judge.ts';
import { hits } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { nameOf, type Signal } from './signals.ts';
import { amount, clock } from './words.ts';

type RuledOut = Finding['ruled_out'][number];
const MINUTE = 60_000;

/** Changes a hasty reader would blame: near the alert, near the onset, or of the same service. */
export function ruledOutChanges(
  scene: Scene,
  judgement: Judgement,
  blamed: string | null,
  fine: readonly Signal[] = [],
): RuledOut[] {
  const turn = turningPoint(scene, judgement);
  const terms = caseTerms(scene, judgement);
  return scene.changes
    .filter((change) => change.id !== blamed && Date.parse(change.time) <= scene.now)
    .map((change) => ({ change, temptation: temptation(scene, change, turn, terms) }))
    .filter(({ temptation }) => temptation > 0.1)
    .sort((a, b) => b.temptation - a.temptation || a.change.id.localeCompare(b.change.id))
    .slice(0, 14)
    .flatMap(({ change }) => {
      const against = whyNot(scene, judgement, change, turn, fine);
      return against === null ? [] : [against];
    });
}

function temptation(scene: Scene, change: Change, turn: number, terms: ReadonlySet<string>): number {
  const time = Date.parse(change.time);
  const recent = scene.now - time < 48 * 60 * MINUTE;
  const own = change.service === scene.service && recent ? 0.6 : 0;
  const known = change.service !== null && scene.down.has(change.service) && recent ? 0.25 : 0;
  const topical = recent && hits([change.title, scene.diffs.get(change.id) ?? ''], terms).length > 0 ? 0.3 : 0;
  return own + known + topical + timeFit(scene.alertAt - time, 10 * MINUTE) + timeFit(turn - time, 10 * MINUTE);
}

type Against = { why: string; evidence: string[] };
type Reason = (scene: Scene, judgement: Judgement, change: Change, turn: number) => Against | null;

function whyNot(
  scene: Scene,
  judgement: Judgement,
  change: Change,
  turn: number,
  fine: readonly Signal[],
): RuledOut | null {
  const source = scene.cited.changes ?? scene.cited.older ?? scene.cited.diffs.get(change.id);
  if (source === undefined) return null;
  const reasons: Reason[] = [nobodyFeltIt(fine), tooLate, elsewhere, tooEarly, calmThere];
  for (const reason of reasons) {
    const against = reason(scene, judgement, change, turn);
    if (against === null) continue;
    return {
      hypothesis: `${change.title} (${change.kind}${change.service === null ? '' : ` of ${change.service}`})`.slice(
        0,
        480,
      ),
      change_id: change.id,
      why: `It took effect at ${clock(change.time, scene)}${against.why}`,
      evidence: [...new Set([source, ...against.evidence])],
    };
  }
  return null;
}

/** What a change of the service would have done to its users did not happen. */
function nobodyFeltIt(fine: readonly Signal[]): Reason {
  return (scene, _judgement, change) =>
    fine.length === 0 || change.service !== scene.service
      ? null
      : { why: `, but ${fine.map(flat).join(', and ')}.`, evidence: fine.map((signal) => signal.evidence) };
}

function tooLate(scene: Scene, { lead, symptom, onset }: Judgement, change: Change, turn: number): Against | null {
  const sign = lead ?? symptom;
  const moment = sign?.fact.change?.at;
  const slack = (onset?.plusMinus ?? 2 * MINUTE) + MINUTE;
  if (sign === null || moment === undefined || Date.parse(change.time) <= turn + slack) return null;
  const slopes = slopesAround(sign, change, scene);
  return {
    why: `, and ${nameOf(sign)} had been moving since ${clock(moment, scene)}.${slopes}`,
    evidence: [sign.evidence],
  };
}

function elsewhere(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  const { graph } = scene.cited;
  if (change.service === null || graph === null || scene.service === null || scene.down.has(change.service))
    return null;
  if (!scene.up.has(change.service))
    return {
      why: `. ${change.service} is not among the services that ${scene.service} depends on.`,
      evidence: [graph],
    };
  return {
    why: `. ${change.service} calls ${scene.service}, it is not called by it: it could only send more or other requests.${requestsFlat(scene)}`,
    evidence: [graph, ...trafficEvidence(scene)],
  };
}

function tooEarly(scene: Scene, { lead, symptom }: Judgement, change: Change, turn: number): Against | null {
  const sign = lead ?? symptom;
  const moment = sign?.fact.change?.at;
  if (sign === null || moment === undefined || turn - Date.parse(change.time) <= 20 * MINUTE) return null;
  return {
    why: `; ${nameOf(sign)} stayed where it was, and moved only at ${clock(moment, scene)}.`,
    evidence: [sign.evidence],
  };
}

function calmThere(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  if (change.service === null || change.service === scene.service) return null;
  const neighbour = scene.signals.find((signal) => signal.service === change.service && isFlat(signal));
  return neighbour === undefined ? null : { why: `, and ${flat(neighbour)}.`, evidence: [neighbour.evidence] };
}

/** A saw-tooth that grows alike on both sides of a restart is not that restart's doing. */
function slopesAround(sign: Signal, change: Change, scene: Scene): string {
  const segments = sign.fact.change?.segments ?? [];
  const time = Date.parse(change.time);
  const before = segments.find((segment) => Date.parse(segment.start) < time);
  const after = segments.find((segment) => Math.abs(Date.parse(segment.start) - time) < 12 * MINUTE);
  if (before === undefined || after === undefined || before === after || change.service !== scene.service) return '';
  return ` It changed by ${amount(before.per_hour, sign.unit)} an hour before and by ${amount(after.per_hour, sign.unit)} an hour after it.`;
}

function trafficOf(scene: Scene): Signal | null {
  return (
    scene.signals.find(
      (signal) =>
        signal.role === 'traffic' &&
        signal.service === scene.service &&
        signal.fact.compared !== null &&
        isFlat(signal),
    ) ?? null
  );
}
function trafficEvidence(scene: Scene): string[] {
  const traffic = trafficOf(scene);
  return traffic === null ? [] : [traffic.evidence];
}
function requestsFlat(scene: Scene): string {
  const traffic = trafficOf(scene);
  return traffic === null ? '' : ` But ${flat(traffic)}.`;
}

/** Hypotheses that need no change: more traffic, a slow or failing dependency, no CPU. */
export function ruledOutCircumstances(scene: Scene, judgement: Judgement): RuledOut[] {
  const guilty = new Set([judgement.lead?.metric, judgement.symptom?.metric]);
  const out: RuledOut[] = [];
  const say = (hypothesis: string, signals: readonly Signal[]): void => {
    const flatOnes = signals.filter((signal) => isFlat(signal) && !guilty.has(signal.metric)).slice(0, 2);
    if (flatOnes.length === 0 || flatOnes.length < Math.min(2, signals.length) - 1) return;
    out.push({
      hypothesis,
      why: `${flatOnes.map(flat).join('; ')}.`,
      evidence: [...new Set(flatOnes.map((signal) => signal.evidence))],
    });
  };
  const of = (role: string, service: string): Signal[] =>
    scene.signals.filter((signal) => signal.role === role && signal.service === service && !signal.copy);
  if (scene.service === null) return out;
  say(`More traffic to ${scene.service}`, of('traffic', scene.service));
  for (const [dependency, distance] of scene.down) {
    if (distance !== 1) continue;
    say(`${dependency} became slow`, of('latency', dependency));
    say(`${dependency} fails more`, of('errors', dependency));
    const client = scene.signals.filter(
      (signal) =>
        signal.service === scene.service && mentions(signal, dependency) && ['latency', 'errors'].includes(signal.role),
    );
    say(`${dependency} answers ${scene.service} slower, or fails it more`, client);
  }
  say(`${scene.service} ran out of CPU`, of('cpu', scene.service));
  return out.slice(0, 12);
}

function mentions(signal: Signal, dependency: string): boolean {
  const words = dependency.toLowerCase().split(/[^a-z0-9]+/);
  return words.some((word) => word.length > 2 && signal.metric.toLowerCase().split('_').includes(word));
}

/** Compared at the turning point and about the same on both sides. */
export function isFlat({ fact }: Signal): boolean {
  const { compared } = fact;
  if (compared === null) return false;
  if (compared.before_median === compared.after_median) return true;
  const ratio = compared.ratio;
  return ratio !== null && ratio > 0.8 && ratio < 1.25;
}

/** "x of y: median 24.9 before, 25.1 after". */
export function flat(signal: Signal): string {
  const { compared } = signal.fact;
  return `${nameOf(signal)} has a median of ${amount(compared?.before_median ?? 0, signal.unit)} before and ${amount(compared?.after_median ?? 0, signal.unit)} after`;
}
