/** Who calls whom, as traces say: the dependency graph of Jaeger, and of what speaks its query API. */
import { z } from 'zod';
import { fetchJson, type JsonServer, jsonServer } from '../../lib/fetch-json.ts';
import { inForm } from '../../lib/in-form.ts';
import type { Answer } from '../../sre/ports/answer.ts';
import { graphOfCalls } from '../../sre/ports/graph-of-calls.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { ServiceNode, Topology } from '../../sre/ports/topology.ts';
import type { JaegerOptions } from './options.ts';

const DAY = 24 * 3_600_000;
/** Far more than services call one another; beyond it the answer is cut and says so. */
const MOST_CALLS = 20_000;

const PATH = '/api/dependencies';
const dependencies = z.object({
  data: z.array(z.object({ parent: z.string().min(1), child: z.string().min(1) })).nullable(),
});

export function jaegerTopology(options: JaegerOptions): Topology {
  const server = jsonServer('jaeger', options);
  const now = options.now ?? (() => new Date());
  return {
    graph: (signal) =>
      orUnavailable(server.name, async () => {
        const to = now().getTime();
        const params = new URLSearchParams({ endTs: String(to), lookback: String(DAY) });
        const body = await fetchJson(server, PATH, params, signal);
        return graphOf(server, inForm(dependencies, body, PATH, 'Jaeger').data ?? [], to);
      }),
  };
}

type Call = { parent: string; child: string };

/** Without any call it is said how that can come. */
function graphOf(server: JsonServer, all: readonly Call[], to: number): Answer<ServiceNode[]> {
  const warnings = ['calls without traces are not in this graph'];
  if (all.length === 0)
    warnings.push('no call in a day: with stored traces Jaeger needs its dependencies job (spark-dependencies)');
  if (all.length > MOST_CALLS) warnings.push(`only the first ${MOST_CALLS} of ${all.length} calls were read`);
  return {
    status: 'ok',
    data: graphOfCalls(all.slice(0, MOST_CALLS).map(({ parent, child }) => [parent, child])),
    source: server.name,
    range: { start: new Date(to - DAY).toISOString(), end: new Date(to).toISOString() },
    truncated: all.length > MOST_CALLS,
    warnings,
    url: `${server.url}/dependencies`,
  };
}
