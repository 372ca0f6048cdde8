/** Who calls whom, as a sample of traces tells it: Tempo keeps no graph of its own. */
import type { TimeRange } from '../../sre/evidence.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import { graphOfCalls } from '../../sre/ports/graph-of-calls.ts';
import type { Topology } from '../../sre/ports/topology.ts';
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
      return { ...answer, data: graphOfCalls(answer.data.flatMap(callsOf)), truncated: false, warnings: [sample] };
    },
  };
}

function callsOf({ spans }: Trace): [string | null, string][] {
  const services = new Map(spans.map(({ id, service }) => [id, service]));
  return spans.map(({ parent, service }) => [parent === null ? null : (services.get(parent) ?? null), service]);
}
