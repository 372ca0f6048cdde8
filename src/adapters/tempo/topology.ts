/** Who calls whom, as a sample of traces tells it: Tempo keeps no graph of its own. */
import type { TimeRange } from '../../sre/evidence.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import type { ServiceNode, Topology } from '../../sre/ports/topology.ts';
import type { Trace } from '../../sre/ports/traces.ts';

const HOUR = 3_600_000;
const SAMPLE = 40;

/** `newest` reads so many whole traces of any service. */
export function sampledTopology(
  newest: (range: TimeRange, most: number, signal: AbortSignal) => Promise<Answer<Trace[]>>,
  now: () => Date,
): Topology {
  return {
    async graph(signal) {
      const end = now();
      const range = { start: new Date(end.getTime() - HOUR).toISOString(), end: end.toISOString() };
      const answer = await newest(range, SAMPLE, signal);
      if (answer.status === 'unavailable') return answer;
      const sample = `the graph is of ${answer.data.length} traces of an hour: rarer calls are not in it`;
      // That there are more traces is what a sample is.
      return { ...answer, data: graphOf(answer.data), truncated: false, warnings: [sample] };
    },
  };
}

function graphOf(traces: readonly Trace[]): ServiceNode[] {
  const callees = new Map<string, Set<string>>();
  for (const { spans } of traces) {
    const services = new Map(spans.map(({ id, service }) => [id, service]));
    for (const { parent, service } of spans) {
      const caller = parent === null ? undefined : services.get(parent);
      if (!callees.has(service)) callees.set(service, new Set());
      if (caller !== undefined && caller !== service)
        callees.set(caller, (callees.get(caller) ?? new Set()).add(service));
    }
  }
  return [...callees].map(([name, called]) => ({ name, dependsOn: [...called].toSorted() }));
}
