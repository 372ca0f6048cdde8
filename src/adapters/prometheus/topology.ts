/**
 * Who calls whom, where something counts calls between services: Tempo's metrics generator, OpenTelemetry's service graph
 * connector, Grafana Alloy and Beyla (all under one name), or Istio.
 */
import { jsonServer } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import { graphOfCalls } from '../../sre/ports/graph-of-calls.ts';
import { orUnavailable } from '../../sre/ports/or-unavailable.ts';
import type { Topology } from '../../sre/ports/topology.ts';
import { type Labels, prometheusApi } from './api.ts';
import type { PrometheusOptions } from './options.ts';

const HOUR = 3_600_000;
const COUNTED = [
  { metric: 'traces_service_graph_request_total', caller: 'client', callee: 'server' },
  { metric: 'istio_requests_total', caller: 'source_canonical_service', callee: 'destination_canonical_service' },
];
/** What stands for whoever is not traced. */
const NOBODY = new Set(['', 'user', 'unknown']);

export function prometheusTopology(options: PrometheusOptions): Topology {
  const server = jsonServer('prometheus', options);
  const now = options.now ?? (() => new Date());
  const api = prometheusApi(server, fewAtATime(COUNTED.length));
  return {
    graph: (signal) =>
      orUnavailable(server.name, async () => {
        const at = now().getTime();
        const asked = COUNTED.map(async ({ metric, caller, callee }) => {
          const { rows, warnings } = await api.instant(
            `group by (${caller}, ${callee}) (last_over_time(${metric}[1h]))`,
            at,
            signal,
          );
          return { calls: rows.flatMap(({ labels }) => callOf(labels, caller, callee)), warnings };
        });
        const all = await Promise.all(asked);
        const calls = all.flatMap((one) => one.calls);
        if (calls.length === 0) {
          const names = COUNTED.map(({ metric }) => metric).join(' nor ');
          const detail = `it counts no calls between services: neither ${names} has samples in the last hour`;
          return { status: 'unavailable', source: server.name, why: 'not_configured', detail };
        }
        return {
          ...{ status: 'ok', source: server.name, truncated: false, url: null, data: graphOfCalls(calls) },
          range: { start: new Date(at - HOUR).toISOString(), end: new Date(at).toISOString() },
          warnings: [
            'calls that nothing counted in the last hour are not in this graph',
            ...all.flatMap((one) => one.warnings),
          ],
        };
      }),
  };
}

function callOf(labels: Labels, caller: string, callee: string): [string | null, string][] {
  const [from = '', to = ''] = [labels[caller], labels[callee]];
  return NOBODY.has(to) ? [] : [[NOBODY.has(from) ? null : from, to]];
}
