/** Whose a series is: the service it says something of. */
import type { Calls } from '../stats/graph-walk.ts';

/** Of the two ends of a call, the one that answers: a caller's view of it is told by its own latency. */
const ANSWERING = ['server', 'destination', 'destination_service', 'destination_workload', 'callee', 'target'];
const OWNERS = [
  'service',
  'service_name',
  'app',
  'application',
  'workload',
  'deployment',
  'job',
  'component',
  'database',
];
/** Copies, whose names begin with the name of what they are a copy of. */
const COPIES = ['pod', 'container', 'instance', 'host'];

/**
 * A label that usually names an owner and names a service of the graph wins; then a pod's name that begins with one, any
 * other label that is one, and the metric's own first words. Without a graph what usually names an owner is taken.
 */
export function ownerOf(metric: string, labels: Record<string, string>, calls: Calls): string | null {
  const named = [...ANSWERING, ...OWNERS].flatMap((label) => labels[label] ?? []);
  const copies = COPIES.flatMap((label) => labels[label] ?? []);
  return (
    named.find((name) => calls.has(name)) ??
    longest(copies.flatMap((copy) => beginning(copy, calls))) ??
    Object.values(labels).find((value) => calls.has(value)) ??
    longest(beginning(metric, calls)) ??
    named[0] ??
    null
  );
}

function beginning(text: string, calls: Calls): string[] {
  return [...calls.keys()].filter(
    (name) => text.startsWith(name) && (text.length === name.length || /[^a-zA-Z0-9]/.test(text[name.length] ?? '')),
  );
}

function longest(names: readonly string[]): string | undefined {
  return names.toSorted((a, b) => b.length - a.length)[0];
}
