/** Series answers → signals: whose they are, what they measure, what changed, and which evidence says so. */
import type { Calls } from '../stats/graph-walk.ts';
import { isOne, OWNERS, present } from './labels.ts';
import { ANSWERING, nodeNamed } from './node-names.ts';
import { metrics, type SeriesFact } from './shapes.ts';
import type { Call, Result } from './transcript.ts';
import { COPY_LABELS, type Role, roleOf, VARIANT_LABELS } from './vocabulary.ts';

export interface Signal {
  id: string;
  metric: string;
  unit: string;
  /** `0.99` when it is one quantile of a summary. */
  quantile: string | null;
  role: Role;
  /** Node of the service graph it belongs to; null when no label names one. */
  service: string | null;
  labels: Record<string, string>;
  /** Labels and window it was asked with, for the next question about the same thing. */
  asked: Record<string, unknown>;
  /** One pod, version or region of something: a control, never a sign of its own. */
  copy: boolean;
  evidence: string;
  fact: SeriesFact;
}

/** Signals of one answer; none when it was refused or holds something else. */
export function signalsOf(call: Call, result: Result | undefined, calls: Calls): Signal[] {
  if (result?.ok !== true || result.evidence === null) return [];
  const parsed = metrics.safeParse(result.data);
  if (!parsed.success) return [];
  const { evidence } = result;
  const { metric, unit, quantile, series } = parsed.data;
  const fixed = typeof call.input.labels === 'object' && call.input.labels !== null ? call.input.labels : {};
  return series.map((fact) => {
    const labels = { ...textLabels(fixed), ...fact.labels };
    const role = roleOf(metric, labels);
    const service = ownerOf(labels, calls, role);
    return {
      id: `${metric} ${JSON.stringify(labels)}`,
      metric,
      unit,
      quantile,
      role,
      service,
      labels,
      asked: call.input,
      copy: isCopy(fact.labels, labels, service, calls),
      evidence,
      fact,
    };
  });
}

function textLabels(labels: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/**
 * A label whose value is a node of the graph wins; else the first label that usually names an owner. How a call is answered
 * says something of the end that answers, whoever measured it.
 */
export function ownerOf(labels: Record<string, string>, calls: Calls, role: Role): string | null {
  const answers = ['latency', 'errors'].includes(role)
    ? present(ANSWERING, Object.keys(labels)).map((label) => labels[label] ?? '')
    : [];
  const known = [...answers, ...Object.values(labels)].flatMap((value) => nodeNamed(value, calls) ?? []);
  const [owner] = present(OWNERS, Object.keys(labels));
  return known[0] ?? labels[owner ?? ''] ?? null;
}

/** A database's host is the database: a label of copies that is all that names the owner tells no copies apart. */
function isCopy(
  own: Record<string, string>,
  labels: Record<string, string>,
  service: string | null,
  calls: Calls,
): boolean {
  const owners = Object.keys(labels).filter((label) => nodeNamed(labels[label] ?? '', calls) === service);
  const isHost = (label: string): boolean =>
    isOne(['instance', 'host'], label) && owners.length === 1 && owners[0] === label;
  return present([...COPY_LABELS, ...VARIANT_LABELS], Object.keys(own)).some((label) => !isHost(label));
}

/** True when it moved, clearly, and is still away from where it was, or on its way there again. */
export function moved(signal: Signal, confidence = 0.5): boolean {
  const { change, last_window } = signal.fact;
  if (change === null || change.confidence < confidence || isOnTime(signal)) return false;
  return last_window?.near !== 'before' || fillsAgain(signal);
}

/** Clocks are never quite right: one that is off by less than a second did not move. */
function isOnTime({ role, unit, fact: { change } }: Signal): boolean {
  const second = unit === 'ms' || unit === 'milliseconds' ? 1000 : 1;
  return role === 'clock' && change !== null && Math.abs(change.to - change.from) < second;
}

/** What fills up and is emptied by restarts is low just after each of them, and not over until it stays low for longer than it took before. */
function fillsAgain(signal: Signal): boolean {
  const { change, last_window: last } = signal.fact;
  if (change === null || last === null || !fillsUp(signal) || change.resets.length === 0) return false;
  const turns = [change.at, ...change.resets].map((at) => Date.parse(at));
  const longest = Math.max(...turns.slice(1).map((at, i) => at - (turns[i] ?? at)));
  return Date.parse(last.end) - (turns.at(-1) ?? 0) < longest;
}

/** Errors a second below which a few more or fewer are chance: one a minute. */
const FEW = 1 / 60;

/** What changed is an error or two in an hour. */
export function isFew({ role, unit, fact: { change } }: Signal): boolean {
  return role === 'errors' && unit === '1/s' && change !== null && Math.max(change.from, change.to) < FEW;
}

/** Climbs steadily and is a thing that runs out: taken, and not given back. */
export function fillsUp({ role, fact }: Signal): boolean {
  const { change } = fact;
  return change !== null && change.kind === 'slope' && change.per_hour > 0 && ['saturation', 'memory'].includes(role);
}
