/** The instruments of several services end at one moment, and whoever calls these is answered as ever: the measuring broke. */
import type { Finding } from '../finding.ts';
import { iso } from '../reading/window.ts';
import { logClaims } from './claims.ts';
import { clock } from './clock.ts';
import { introduced, named } from './naming.ts';
import { isOfCalls } from './node-names.ts';
import { changedLines } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { moved, type Signal } from './signals.ts';
import { SIGNED } from './words.ts';

const MINUTE = 60_000;
/** Instruments that are read one after the other end about together. */
const TOGETHER = 2 * MINUTE;

interface Silence {
  at: number;
  services: string[];
  ended: Signal[];
  /** What callers see of these services, as ever. */
  fine: Signal[];
}

/** Null unless several services are silent, the alert's is one of them, and somebody sees that they go on answering. */
export function silence(scene: Scene): Silence | null {
  const ended = scene.signals.filter(({ fact, service, copy }) => fact.stale && !copy && service !== null);
  const own = ended.filter(({ service, labels }) => service === scene.service && !isOfCalls(labels)).map(endOf);
  const at = Math.max(...own);
  if (own.length === 0 || Number.isNaN(at) || at < scene.alertAt - 30 * MINUTE) return null;
  const then = ended.filter((signal) => tellsOfItself(signal) && Math.abs(endOf(signal) - at) <= TOGETHER);
  const services = [...new Set(then.flatMap(({ service }) => service ?? []))];
  const seen = scene.signals.filter(
    ({ fact, service, labels, role, copy }) =>
      isOfCalls(labels) &&
      !copy &&
      !fact.stale &&
      ['latency', 'errors'].includes(role) &&
      services.includes(service ?? ''),
  );
  if (services.length < 2 || seen.every(({ service }) => service !== scene.service)) return null;
  return seen.some((signal) => worseSince(signal, at)) ? null : { at, services, ended: then, fine: seen };
}

/** What it asks of others is told by itself; how they answer is said of them. */
function tellsOfItself({ labels, role }: Signal): boolean {
  return role === 'traffic' || !isOfCalls(labels);
}

function endOf({ fact }: Signal): number {
  return Date.parse(fact.last_sample_at ?? '');
}

function worseSince(signal: Signal, at: number): boolean {
  const { change } = signal.fact;
  return change !== null && moved(signal) && change.to > change.from && Date.parse(change.at) >= at - 10 * MINUTE;
}

/** The change of something else, right before, whose lines name those that fell silent, or which speaks of them since. */
export function silencer(scene: Scene, { at, services }: Silence): Change | null {
  const names = (text: string): boolean => services.some((service) => text.includes(service));
  const close = scene.changes.filter(({ id, time, service }) => {
    const wait = at - Date.parse(time);
    if (wait < -2 * MINUTE || wait > 5 * MINUTE || service === null || services.includes(service)) return false;
    const { added, removed } = changedLines(scene.diffs.get(id) ?? '');
    return [...added, ...removed].some(names) || scene.freshLines(service).some(({ sample }) => names(sample));
  });
  const [only = null, ...others] = close;
  return others.length === 0 ? only : null;
}

export function writeSilence(scene: Scene, silent: Silence, base: Finding): Finding {
  const change = silencer(scene, silent);
  const at = clock(silent.at, scene);
  const who = change === null ? 'what carries them' : named(change);
  const first = silent.services.flatMap((name) => silent.ended.find(({ service }) => service === name) ?? []);
  return {
    ...base,
    outcome: 'no_impact',
    summary: `The measuring broke, and not ${scene.service}: instruments of several services end at ${at} UTC, and those who call them are answered as ever. Look at ${who}. ${SIGNED}`,
    cause: {
      service: change?.service ?? null,
      change_id: change?.id ?? null,
      kind: change?.kind ?? 'monitoring',
      mechanism: `Instruments of several services end together at ${at}. What others see of them goes on as before, so that it is the samples that do not arrive.`,
    },
    onset: iso(silent.at),
    confidence: change === null ? 'medium' : 'high',
    blast_radius: 'No users were seen to be hurt. Until it is repaired these services cannot be seen.',
    claims: [
      ...first.slice(0, 5).map((signal) => ({
        text: `${introduced(signal)} has no samples since ${signal.fact.last_sample_at}.`,
        evidence: [signal.evidence],
      })),
      ...silent.fine.slice(0, 4).map((signal) => ({
        text: `${introduced(signal)}, told by who calls it, shows no turn for the worse.`,
        evidence: [signal.evidence],
      })),
      ...logClaims(scene, [change?.service ?? null]),
    ],
    ruled_out: [],
    proposed_actions: [],
    would_change_my_mind: `Errors or slower answers of these services after ${at}, seen by whoever calls them.`,
  };
}
