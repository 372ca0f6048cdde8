/** Instruments name copies, hosts, exporters and deployments; the graph names services. From the one to the other. Pure. */

import { isOne, present } from './labels.ts';

/** What deployments, hosts and databases add to the name of what they run. */
const ADDED = [
  'svc',
  'service',
  'api',
  'app',
  'server',
  'deployment',
  'prod',
  'production',
  'primary',
  'writer',
  'main',
];
const ORDINAL = /-\d{1,3}$/;
/** `-7d9f8b6c5-x2x4z`: what a deployment adds to name a pod. */
const POD = /-[a-z0-9]{5,10}-[a-z0-9]{5}$/;
const SUFFIX = new RegExp(`[-_](${ADDED.join('|')})$`);

/** Seen from the end that asks: one label names who answers. */
export function isOfCalls(labels: Record<string, string>): boolean {
  return Object.keys(labels).some((label) => isOne(ANSWERING, label));
}

/** Who answers, as the labels of a call name them. */
export function calledIn(labels: Record<string, string>): string[] {
  return present(ANSWERING, Object.keys(labels)).map((label) => labels[label] ?? '');
}

export interface Names {
  has(name: string): boolean;
}

/** The node that a label's value means: `orders-db-0`, `prod/orders`, `orders.prod.svc:8080`. Null when it means none. */
export function nodeNamed(value: string, nodes: Names): string | null {
  // Most values are names, or mean none; this is asked of every label of every metric.
  if (nodes.has(value)) return value;
  const last = value.split('/').at(-1) ?? value;
  const host = last.replace(/:\d+$/, '');
  const [first = host] = host.split('.');
  const bare = first.replace(ORDINAL, '');
  const stem = bare.replace(SUFFIX, '');
  const names = [last, host, first, bare, first.replace(POD, ''), stem];
  const longer = ADDED.flatMap((word) => [`${stem}-${word}`, `${stem}_${word}`]);
  // `targetgroup/orders/0f3a`: what stands between slashes may be the name.
  return [...names, ...longer, ...value.split('/')].find((name) => nodes.has(name)) ?? null;
}

/** Of the two ends of a call, the label of the one that answers. */
export const ANSWERING = [
  'target',
  'peer',
  'peer_service',
  'upstream',
  'upstream_cluster',
  'callee',
  'client_name',
  'server',
  'remote',
  'destination',
  'destination_service',
  'destination_workload',
];
