/** Several service graphs as one: what one of them knows of a call is a call. */
import type { ServiceNode, Topology } from '../ports/topology.ts';
import { merger } from './merger.ts';
import { together } from './together.ts';

export const mergeTopology = merger<Topology>((ask) => ({
  async graph(signal) {
    const told = await ask((port, limited) => port.graph(limited), signal);
    return together(
      told,
      ({ length }) => length,
      (answered) => ({ data: united(answered.flatMap(({ answer }) => answer.data)), truncated: false, warnings: [] }),
      'by all',
    );
  },
}));

function united(nodes: readonly ServiceNode[]): ServiceNode[] {
  const calls = new Map<string, Set<string>>();
  for (const { name, dependsOn } of nodes) calls.set(name, new Set([...(calls.get(name) ?? []), ...dependsOn]));
  return [...calls].map(([name, callees]) => ({ name, dependsOn: [...callees].toSorted() }));
}
