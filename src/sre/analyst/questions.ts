/** Which questions to ask of which metrics: one for each metric over the services that matter, bounded. */
import { isOne, present } from './labels.ts';
import { ANSWERING, nodeNamed } from './node-names.ts';
import type { MetricInfo } from './shapes.ts';
import type { Call } from './transcript.ts';
import { CLASS_LABELS, COPY_LABELS, isBadOutcome, roleOf, VARIANT_LABELS } from './vocabulary.ts';

/** More metrics than this are left out, the least telling kinds first; the finding says so. */
export const MOST_METRICS = 48;
const MOST_KINDS = 12;
/** Parts of one measurement. */
const MEASURES = ['quantile', 'le'];
const ORDER = [
  'saturation',
  'errors',
  'latency',
  'probe',
  'clock',
  'memory',
  'traffic',
  'cpu',
  'other',
  'limit',
  'lifecycle',
];

export function chooseMetrics(infos: readonly MetricInfo[], services: ReadonlySet<string>): MetricInfo[] {
  const touches = (info: MetricInfo): boolean =>
    Object.values(info.labels).some((list) => list.some((value) => nodeNamed(value, services) !== null));
  return infos
    .filter((info) => !['limit', 'lifecycle'].includes(roleOf(info.name)) && !isPartOf(info, infos))
    .map((info) => ({ info, near: touches(info) ? 0 : 1, order: ORDER.indexOf(roleOf(info.name)) }))
    .sort((a, b) => a.near - b.near || a.order - b.order || a.info.name.localeCompare(b.info.name))
    .slice(0, MOST_METRICS)
    .map(({ info }) => info);
}

/** `x_sum` beside a summary `x` says nothing that `x` does not. */
function isPartOf(info: MetricInfo, infos: readonly MetricInfo[]): boolean {
  const base = /^(.*)_(sum|count|bucket|created)$/.exec(info.name)?.[1];
  return base !== undefined && infos.some((other) => other.name === base);
}

/** The label whose values are services, or the usual one; null when there is none. */
export function ownerLabel(info: MetricInfo, services: ReadonlySet<string>): string | null {
  const entries = Object.entries(info.labels);
  const named = entries.filter(([, values]) => values.some((value) => nodeNamed(value, services) !== null));
  // Of a call, the end that asks: what it asked of whom is kept apart.
  const known = named.find(([label]) => !isOne(ANSWERING, label)) ?? named[0];
  return known?.[0] ?? entries.find(([key]) => key === 'service')?.[0] ?? null;
}

/** One or two calls: the whole, and apart from it the outcomes that are failures. */
export function overview(info: MetricInfo, services: ReadonlySet<string>, window: { start: string }): Call[] {
  const owner = ownerLabel(info, services);
  const answering = present(ANSWERING, Object.keys(info.labels))
    .filter((label) => label !== owner && (info.labels[label]?.length ?? 0) > 0)
    .slice(0, 1);
  const keep = [...(owner === null ? [] : [owner]), ...answering];
  const near = owner === null ? [] : (info.labels[owner] ?? []).filter((value) => nodeNamed(value, services) !== null);
  const labels = owner !== null && near.length > 0 ? { [owner]: near } : {};
  const split = splitLabel(info, owner);
  const probe = roleOf(info.name) === 'probe' ? ['probe', 'check', 'target', 'instance'] : [];
  const also = probe.filter((label) => info.labels[label] !== undefined).slice(0, 1);
  const base = { metric: info.name, ...window, points: 16, limit: 60 };
  if (split === undefined) return [ask({ ...base, labels, group_by: [...keep, ...also] })];
  const bad = (info.labels[split] ?? []).filter(isBadOutcome);
  if (bad.length === 0) return [ask({ ...base, labels, group_by: [...keep, split] })];
  return [
    ask({ ...base, labels, group_by: keep }),
    ask({ ...base, labels: { ...labels, [split]: bad }, group_by: [...keep, split] }),
  ];
}

/** The label that tells outcomes or kinds apart: one that is usual for it, else any that names neither owner nor copy. */
function splitLabel(info: MetricInfo, owner: string | null): string | undefined {
  const few = (label: string): boolean =>
    label !== owner && !isOne(ANSWERING, label) && (info.labels[label]?.length ?? 99) <= MOST_KINDS;
  const other = (label: string): boolean =>
    few(label) &&
    (info.labels[label]?.length ?? 0) > 1 &&
    !isOne([...COPY_LABELS, ...VARIANT_LABELS, ...MEASURES], label);
  const own = Object.keys(info.labels);
  return present(CLASS_LABELS, own).find(few) ?? own.find(other);
}

/** The same thing split by its copies: versions, regions, pods. Null when it has none. */
export function copies(info: MetricInfo, labels: Record<string, string>, window: object): Call[] {
  return present(COPY_LABELS, Object.keys(info.labels))
    .filter((label) => (info.labels[label]?.length ?? 0) > 1 && labels[label] === undefined)
    .slice(0, 3)
    .map((label) => ask({ metric: info.name, labels, ...window, group_by: [label], points: 16, limit: 30 }));
}

function ask(input: Record<string, unknown>): Call {
  return { name: 'get_metrics', input };
}
