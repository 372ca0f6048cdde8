/** Copies of one thing beside each other. A copy that stayed calm is the control that clears what all of them share. */
import type { Claim } from '../finding.ts';
import { amount } from './amounts.ts';
import { clock } from './clock.ts';
import { copyLabel, measure } from './naming.ts';
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';
import { slowerByItself } from './slower-by-itself.ts';
import { type Run, versionRuns } from './version-runs.ts';

/** A copy that did not move is a control only when it is also clearly lower. */
const CLEARLY_LESS = 0.6;

export function controlClaims(scene: Scene, lead: Signal | null, symptom: Signal | null): Claim[] {
  const places = [...new Set([symptom, lead])]
    .filter((signal) => signal !== null)
    .flatMap((signal) => ['region', 'zone'].flatMap((label) => sides(scene, signal, label)));
  const copies = symptom === null ? [] : ['pod', 'instance', 'host'].flatMap((label) => sides(scene, symptom, label));
  const told = [...(lead === null ? [] : versionClaim(scene, lead)), ...copies, ...places].slice(0, 4);
  return [...traceClaim(scene), ...told];
}

/** Those who only wait for it are slow with it; its own time tells it from them. */
function traceClaim(scene: Scene): Claim[] {
  const slower = slowerByItself(scene);
  if (slower === null || scene.traced === null) return [];
  const { service, operation, self_ms: own } = slower;
  const text = `In traces, what ${service} spends itself in ${operation}, without waiting for others, rose from ${own.before} ms to ${own.after} ms (median).`;
  return [{ text, evidence: [scene.traced.evidence] }];
}

/** Versions in the order in which they ran: those that kept to the level of the first are the controls of the rest. */
function versionClaim(scene: Scene, lead: Signal): Claim[] {
  const runs = versionRuns(scene, lead).slice(-4);
  const [calm, risen] = [runs.filter((run) => run.calm), runs.filter((run) => !run.calm)];
  if (calm.length === 0 || risen.length === 0) return [];
  const tell = ({ signal, version }: Run): string => {
    const { stats, last_window: last, stale } = signal.fact;
    const level = amount(stats?.median ?? 0, signal.unit);
    const until =
      last === null ? '' : stale ? ` (until ${clock(last.end, scene)})` : `, ${amount(last.median, signal.unit)} now`;
    return `${level} on ${version}${until}`;
  };
  return [
    {
      text: `By version, median of ${measure(lead)}: ${calm.map(tell).join(' and ')} as control; ${risen.map(tell).join('; ')}.`,
      evidence: evidenceOf(runs.map(({ signal }) => signal)),
    },
  ];
}

/** Which of the live copies moved, against those that did not. */
function sides(scene: Scene, signal: Signal, label: string): Claim[] {
  const live = copiesBy(scene, signal, label).filter(({ fact }) => fact.last_window !== null && !fact.stale);
  const worse = live.filter((one) => moved(one) && (one.fact.change?.to ?? 0) > (one.fact.change?.from ?? 0));
  const calm = live.filter((one) => one.fact.change === null);
  const now = (one: Signal): number => one.fact.last_window?.median ?? 0;
  if (live.length < 2 || worse.length === 0) return [];
  const names = (some: readonly Signal[]): string => some.map((one) => one.fact.labels[label] ?? '').join(', ');
  if (worse.length === live.length && live.length <= 6)
    return [
      {
        text: `Every ${label} alike, ${measure(signal)}: ${live.map((one) => `${one.fact.labels[label]} ${amount(now(one), signal.unit)}`).join(', ')} now.`,
        evidence: evidenceOf(live),
      },
    ];
  const levels = calm.map(now);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  if (calm.length === 0 || worse.length > 4 || high > CLEARLY_LESS * Math.min(...worse.map(now))) return [];
  const span = low === high ? amount(low, signal.unit) : `${amount(low, signal.unit)} to ${amount(high, signal.unit)}`;
  const bad = worse.map((one) => `${one.fact.labels[label]} (${amount(now(one), signal.unit)})`).join(', ');
  const others = calm.length <= 3 ? names(calm) : 'the others';
  return [
    {
      text: `By ${label}, ${measure(signal)} is up in ${bad}; ${others} did not move and serve${calm.length === 1 ? 's' : ''} as control (${span} now).`,
      evidence: evidenceOf([...worse, ...calm]),
    },
  ];
}

function copiesBy(scene: Scene, signal: Signal, label: string): Signal[] {
  return scene.signals.filter(
    (one) =>
      one.copy &&
      one.metric === signal.metric &&
      (one.service ?? signal.service) === signal.service &&
      copyLabel(one) === label,
  );
}

function evidenceOf(signals: readonly Signal[]): string[] {
  return [...new Set(signals.map(({ evidence }) => evidence))];
}
