import type { ServiceNode } from './topology.ts';

/** Who depends on whom, from who calls whom; null calls from outside. What calls itself depends on nobody by it. */
export function graphOfCalls(calls: Iterable<readonly [caller: string | null, callee: string]>): ServiceNode[] {
  const graph = new Map<string, Set<string>>();
  const of = (service: string): Set<string> => {
    const known = graph.get(service) ?? new Set();
    graph.set(service, known);
    return known;
  };
  for (const [caller, callee] of calls) {
    const dependsOn = caller === null ? null : of(caller);
    of(callee);
    if (caller !== callee) dependsOn?.add(callee);
  }
  return [...graph].map(([name, dependsOn]) => ({ name, dependsOn: [...dependsOn].toSorted() }));
}
