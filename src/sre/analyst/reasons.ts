/** What speaks against a change: one reason each, with the evidence it was read from. The first that holds is told. */
import { amount, hourly } from './amounts.ts';
import { clock } from './clock.ts';
import type { Judgement } from './judgement.ts';
import { flat, isFlat } from './movement.ts';
import { measure, theMove } from './naming.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { moved, type Signal } from './signals.ts';
import { clearedBy, type Run, versionRuns } from './version-runs.ts';
import { sidesOf, variantOf, variantsAlike } from './version-sides.ts';

export interface Against {
  kind: 'unfelt' | 'control' | 'too_late' | 'elsewhere' | 'caller' | 'too_early' | 'calm';
  /** Goes on after "Took effect at 13:24". */
  why: string;
  evidence: string[];
}
type Reason = (scene: Scene, judgement: Judgement, change: Change, turn: number) => Against | null;
const MINUTE = 60_000;

/**
 * `fine`: signals of the alert's service whose calm clears its changes. `blamed`: the change that explains it, if one does.
 * Null when nothing speaks against it.
 */
export function reasonAgainst(
  scene: Scene,
  judgement: Judgement,
  change: Change,
  turn: number,
  { fine, blamed }: { fine: readonly Signal[]; blamed: Change | null },
): Against | null {
  const ofItself = [nobodyFeltIt(fine), elsewhere, sameBeside, bothVariants, ranCalm, tooLate, fromCaller, tooEarly];
  for (const reason of [...ofItself, calmThere, quietAfter(blamed), feltByFew]) {
    const against = reason(scene, judgement, change, turn);
    if (against !== null) return against;
  }
  return null;
}

/** What a change of the service would have done to its users did not happen. */
function nobodyFeltIt(fine: readonly Signal[]): Reason {
  return (scene, _judgement, change) =>
    fine.length === 0 || change.service !== scene.service
      ? null
      : {
          kind: 'unfelt',
          why: `, and users felt nothing: ${fine.map((signal) => flat(signal, scene)).join('; ')}.`,
          evidence: fine.map((signal) => signal.evidence),
        };
}

function ranCalm(scene: Scene, { lead }: Judgement, change: Change): Against | null {
  const runs = versionRuns(scene, lead);
  const run = clearedBy(runs, change);
  const before = runs[0];
  if (lead === null || run === null || before === undefined) return null;
  const level = ({ signal }: Run): string => amount(signal.fact.stats?.median ?? 0, signal.unit);
  return {
    kind: 'control',
    why: `, and its version ${run.version} stayed calm until ${clock(run.end, scene)}, with a median of ${level(run)} after ${level(before)} on ${before.version} (${measure(lead)}).`,
    evidence: [run.signal.evidence],
  };
}

/** The older version beside it, which it did not touch, suffers as much. */
function sameBeside(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  const sides = sidesOf(scene, change);
  if (sides?.verdict !== 'alike') return null;
  const { fresh, old } = sides;
  const now = ({ fact, unit }: Signal): string => amount(fact.last_window?.median ?? 0, unit);
  return {
    kind: 'control',
    why: `. The version before it still runs beside it and does no better: ${measure(fresh)} ${now(fresh)} on ${fresh.fact.labels.version}, ${now(old)} on ${old.fact.labels.version}.`,
    evidence: [...new Set([fresh.evidence, old.evidence])],
  };
}

function tooLate(scene: Scene, { lead, symptom, onset }: Judgement, change: Change, turn: number): Against | null {
  const sign = lead ?? symptom;
  const moment = sign?.fact.change?.at;
  const slack = (onset?.plusMinus ?? 2 * MINUTE) + MINUTE / 2;
  if (sign === null || moment === undefined || Date.parse(change.time) <= turn + slack) return null;
  return {
    kind: 'too_late',
    why: `, after ${theMove(sign)} had begun (${clock(moment, scene)}).${slopesAround(sign, change, scene)}`,
    evidence: [sign.evidence],
  };
}

function elsewhere(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  const { graph } = scene.cited;
  if (change.service === null || graph === null || scene.service === null) return null;
  if (scene.down.has(change.service) || scene.up.has(change.service)) return null;
  return {
    kind: 'elsewhere',
    why: `. ${scene.service} does not depend on ${change.service}.`,
    evidence: [graph],
  };
}

function fromCaller(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  const { graph } = scene.cited;
  if (change.service === null || graph === null || scene.down.has(change.service) || !scene.up.has(change.service))
    return null;
  const traffic = steadyTraffic(scene);
  const told = traffic === null ? '' : ` But ${flat(traffic, scene)}.`;
  return {
    kind: 'caller',
    why: `. ${change.service} only calls ${scene.service}: it could send more or other requests.${told}`,
    evidence: [graph, ...(traffic === null ? [] : [traffic.evidence])],
  };
}

function tooEarly(scene: Scene, { lead, symptom }: Judgement, change: Change, turn: number): Against | null {
  const sign = lead ?? symptom;
  const moment = sign?.fact.change?.at;
  if (sign === null || moment === undefined || turn - Date.parse(change.time) <= 20 * MINUTE) return null;
  return {
    kind: 'too_early',
    why: `; ${measure(sign)} did not move until ${clock(moment, scene)}.`,
    evidence: [sign.evidence],
  };
}

/** Long enough that what it did would have shown, and the one that explains it came in between. */
function quietAfter(blamed: Change | null): Reason {
  return (scene, { lead, onset }, change, turn) => {
    const moment = lead?.fact.change?.at;
    const wait = turn - Date.parse(change.time);
    const least = 5 * MINUTE + (onset?.plusMinus ?? 2 * MINUTE);
    if (blamed === null || lead === null || moment === undefined) return null;
    if (wait < least || wait < 2 * (turn - Date.parse(blamed.time))) return null;
    return {
      kind: 'too_early',
      why: `; ${measure(lead)} did not move until ${clock(moment, scene)}.`,
      evidence: [lead.evidence],
    };
  };
}

/** Who gets the new way and who does not fare alike: the flag between them makes no difference. */
function bothVariants(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  if (change.kind !== 'flag') return null;
  const sides = variantsAlike(scene, change.service);
  const [first] = sides;
  if (first === undefined) return null;
  const now = (one: Signal): string =>
    `${amount(one.fact.last_window?.median ?? 0, one.unit)} on ${variantOf(one) ?? 'the other'}`;
  return {
    kind: 'control',
    why: `. Those with it and those without fare alike: ${measure(first)} ${sides.map(now).join(', ')}.`,
    evidence: [...new Set(sides.map(({ evidence }) => evidence))],
  };
}

/** Services that must have stayed calm before a change of everybody's is believed to have reached few. */
const CALM_ENOUGH = 2;

/** A change of the ground that all stand on would be felt by more than those that lean on each other here. */
function feltByFew(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  if (change.service !== null || change.kind !== 'infra') return null;
  const answers = scene.signals.filter((one) => !one.copy && ['latency', 'errors'].includes(one.role));
  const hurt = new Set(answers.filter((one) => moved(one)).map(({ service }) => service));
  const calm = answers.filter((one) => one.service !== null && !hurt.has(one.service) && isFlat(one));
  const each = [...new Map(calm.toReversed().map((one) => [one.service, one])).values()].slice(0, 3);
  if (each.length < CALM_ENOUGH) return null;
  return {
    kind: 'calm',
    why: `. It is of no service alone, and others stayed calm: ${each.map((one) => `${one.service ?? ''}, ${flat(one, scene)}`).join('; ')}.`,
    evidence: [...new Set(each.map(({ evidence }) => evidence))],
  };
}

function calmThere(scene: Scene, _judgement: Judgement, change: Change): Against | null {
  if (change.service === null || change.service === scene.service) return null;
  const neighbour = scene.signals.find((signal) => signal.service === change.service && isFlat(signal));
  return neighbour === undefined
    ? null
    : {
        kind: 'calm',
        why: `, and ${change.service} stayed calm: ${flat(neighbour, scene)}.`,
        evidence: [neighbour.evidence],
      };
}

/** A saw-tooth that grows on both sides of a restart is not that restart's doing. */
function slopesAround(sign: Signal, change: Change, scene: Scene): string {
  const segments = sign.fact.change?.segments ?? [];
  const time = Date.parse(change.time);
  const before = segments.find((segment) => Date.parse(segment.start) < time);
  const after = segments.find((segment) => Math.abs(Date.parse(segment.start) - time) < 12 * MINUTE);
  if (before === undefined || after === undefined || before === after || change.service !== scene.service) return '';
  return ` Its rollout only restarted the processes: ${hourly(before.per_hour, sign.unit)} before, ${hourly(after.per_hour, sign.unit)} after.`;
}

function steadyTraffic(scene: Scene): Signal | null {
  return (
    scene.signals.find(
      (signal) => signal.role === 'traffic' && signal.service === scene.service && !signal.copy && isFlat(signal),
    ) ?? null
  );
}
