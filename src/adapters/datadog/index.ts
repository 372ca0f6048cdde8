/** Datadog, through its own client. Importing this loads the client, which takes seconds. */
import type { Changes } from '../../sre/ports/changes.ts';
import type { Logs } from '../../sre/ports/logs.ts';
import type { Metrics } from '../../sre/ports/metrics.ts';
import type { Topology } from '../../sre/ports/topology.ts';
import type { Traces } from '../../sre/ports/traces.ts';
import { datadogChanges } from './changes.ts';
import { type DatadogOptions, datadog } from './client.ts';
import { datadogLogs } from './logs.ts';
import { datadogMetrics } from './metrics.ts';
import { datadogTopology } from './topology.ts';
import { datadogTraces } from './traces.ts';

export interface DatadogSources {
  /** As its answers call it. */
  name: string;
  metrics: Metrics;
  logs: Logs;
  changes: Changes;
  topology: Topology;
  traces: Traces;
}

/** `changeQuery` chooses the events that are changes. Default: those of Datadog's category for them. */
export function datadogSources(options: DatadogOptions & { changeQuery?: string }): DatadogSources {
  const from = datadog(options);
  return {
    name: from.name,
    metrics: datadogMetrics(from),
    logs: datadogLogs(from),
    changes: datadogChanges(from, options.changeQuery),
    topology: datadogTopology(from),
    traces: datadogTraces(from),
  };
}
