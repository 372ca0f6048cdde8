/** The second round of questions: controls, logs on both sides of the onset, and the diffs worth reading. */

import { iso, MINUTE } from '../reading/window.ts';
import { timeFit } from '../stats/attribute.ts';
import type { Judgement } from './judgement.ts';
import { present } from './labels.ts';
import { nearness } from './nearness.ts';
import { type Names, nodeNamed } from './node-names.ts';
import { copies } from './questions.ts';
import type { Scene } from './scene.ts';
import type { MetricInfo } from './shapes.ts';
import type { Signal } from './signals.ts';
import type { Call } from './transcript.ts';
import { COPY_LABELS, roleOf, VARIANT_LABELS } from './vocabulary.ts';

const MOST_DIFFS = 12;

/** The moment the investigation turns on: the onset, or the alert when nothing moved before it. */
export function turningPoint(scene: Scene, { onset, symptom }: Judgement): number {
  return onset?.at ?? (Date.parse(symptom?.fact.change?.at ?? '') || scene.alertAt);
}

/** Traffic, time and errors of the path compared at the onset; the first sign and the symptom split by their copies. */
export function controls(scene: Scene, judgement: Judgement, window: object): Call[] {
  const at = iso(turningPoint(scene, judgement));
  const near = scene.signals.filter(
    (signal) =>
      ['traffic', 'latency', 'errors', 'cpu'].includes(signal.role) &&
      signal.service !== null &&
      (scene.down.get(signal.service) ?? 9) <= 1,
  );
  const asked = [...new Map(near.map((signal) => [JSON.stringify(signal.asked), signal.asked])).values()];
  const compared = asked.slice(0, 24).map((input) => ({ name: 'get_metrics', input: { ...input, compare_at: at } }));
  const split = [judgement.lead, judgement.symptom].flatMap((signal) =>
    splitOf(scene, signal, { ...window, compare_at: at }),
  );
  const told = [...compared, ...split, ...beside(scene, judgement, { ...window, compare_at: at })];
  return [...told, ...limitsOf(scene, judgement.focus)];
}

/** Versions and variants next to each other, of the services that were changed then and of those in question. */
function beside(scene: Scene, judgement: Judgement, window: object): Call[] {
  const at = turningPoint(scene, judgement);
  const changed = scene.changes.filter(
    ({ kind, time, service }) =>
      ['deploy', 'flag'].includes(kind) && service !== null && Math.abs(Date.parse(time) - at) < 45 * MINUTE,
  );
  const services = new Set([scene.service, judgement.focus, ...changed.map(({ service }) => service)]);
  const near = new Set(
    [...services].filter((name) => name !== null).filter((name) => !scene.up.has(name) || name === scene.service),
  );
  return scene.infos
    .filter((info) => ['latency', 'errors'].includes(roleOf(info.name)))
    .flatMap((info): Call[] => {
      const owner = ownerIn(info, near);
      const split = present(['version', ...VARIANT_LABELS], Object.keys(info.labels)).filter(
        (label) => (info.labels[label]?.length ?? 0) > 1,
      );
      if (owner === undefined) return [];
      const owners = (info.labels[owner] ?? []).filter((value) => nodeNamed(value, near) !== null);
      return split.flatMap((label) =>
        owners.slice(0, 4).map((name) => ({
          name: 'get_metrics',
          input: {
            metric: info.name,
            labels: { [owner]: name },
            ...window,
            group_by: [owner, label],
            points: 24,
            limit: 12,
          },
        })),
      );
    })
    .slice(0, 16);
}

function ownerIn(info: MetricInfo, nodes: Names): string | undefined {
  return Object.keys(info.labels).find((key) => info.labels[key]?.some((value) => nodeNamed(value, nodes) !== null));
}

function splitOf(scene: Scene, signal: Signal | null, window: object): Call[] {
  const info = scene.infos.find((one) => one.name === signal?.metric);
  if (info === undefined || signal === null) return [];
  const { quantile: _quantile, ...labels } = signal.labels;
  return copies(info, labels, window);
}

/** How much there is of what may run out: of each copy of the service in focus, and of what it calls directly. */
function limitsOf(scene: Scene, focus: string | null): Call[] {
  if (focus === null) return [];
  const near = new Set([focus, ...(scene.calls.get(focus) ?? [])]);
  return scene.infos
    .filter((info) => /(^|_)(max|limit|capacity|quota)(_|$)/.test(info.name) && info.series <= 200)
    .flatMap((info): Call[] => {
      const owner = ownerIn(info, near);
      if (owner === undefined) return [];
      const owners = (info.labels[owner] ?? []).filter((value) => nodeNamed(value, near) !== null);
      const own = owners.find((value) => nodeNamed(value, new Set([focus])) !== null);
      const copy = own !== undefined ? present(COPY_LABELS.slice(2), Object.keys(info.labels))[0] : undefined;
      const input = { metric: info.name, start: '-30m', points: 4, limit: 60 };
      return copy === undefined
        ? [{ name: 'get_metrics', input: { ...input, labels: { [owner]: owners }, group_by: [owner] } }]
        : [{ name: 'get_metrics', input: { ...input, labels: { [owner]: own ?? focus }, group_by: [copy] } }];
    })
    .slice(0, 4);
}

/** What the logs began to say after the onset, and what they say now that they did not say an hour before the alert. */
export function logQuestions(scene: Scene, judgement: Judgement): Call[] {
  const at = turningPoint(scene, judgement);
  const end = Math.min(scene.now, at + 60 * MINUTE);
  const ask = (service: string | null, start: number, until: number, from: number, to: number): Call => ({
    name: 'search_logs',
    input: {
      mode: 'patterns',
      ...(service === null ? {} : { service }),
      start: iso(start),
      end: iso(until),
      baseline_start: iso(from),
      baseline_end: iso(to),
      limit: 25,
    },
  });
  const around = [...new Set([scene.service, judgement.focus])].map((service) =>
    ask(service, at, end, at - 60 * MINUTE, at),
  );
  const now = ask(
    null,
    scene.alertAt - 15 * MINUTE,
    scene.now,
    scene.alertAt - 75 * MINUTE,
    scene.alertAt - 30 * MINUTE,
  );
  const speaker = scene.probe ? (judgement.symptom?.service ?? null) : scene.service;
  const failures: Call = {
    name: 'search_logs',
    input: {
      mode: 'lines',
      level: 'error',
      ...(speaker === null ? {} : { service: speaker }),
      start: iso(scene.alertAt - 15 * MINUTE),
      end: iso(scene.now),
      order: 'desc',
      limit: 5,
    },
  };
  return [...around, now, failures];
}

/** Where the time of a request went before that moment, and where it goes since. */
export function traceQuestions(scene: Scene, judgement: Judgement): Call[] {
  const at = turningPoint(scene, judgement);
  if (scene.service === null || scene.probe || at >= scene.now) return [];
  const window = { start: iso(at - 60 * MINUTE), end: iso(scene.now), compare_at: iso(at) };
  return [{ name: 'search_traces', input: { service: scene.service, ...window, limit: 1 } }];
}

/** Those that fit the onset, those of the same service, and those a hasty reader would blame: the nearest to the alert. */
export function diffsToRead(scene: Scene, judgement: Judgement): Call[] {
  const onset = judgement.onset ?? { at: turningPoint(scene, judgement), plusMinus: 5 * MINUTE };
  const scored = scene.changes
    .filter((change) => change.has_diff && Date.parse(change.time) <= scene.now)
    .map((change) => {
      const time = Date.parse(change.time);
      const near = nearness(scene, change, judgement);
      const tempting = timeFit(scene.alertAt - time, 5 * MINUTE);
      const own = change.service === scene.service && scene.now - time < 24 * 60 * MINUTE ? 0.5 : 0;
      return { id: change.id, score: timeFit(onset.at - time, onset.plusMinus) * near + 0.4 * tempting + own * near };
    })
    .filter(({ score }) => score > 0.03)
    .sort((a, b) => b.score - a.score || a.id.localeCompare(b.id));
  return scored.slice(0, MOST_DIFFS).map(({ id }) => ({ name: 'get_diff', input: { id } }));
}
