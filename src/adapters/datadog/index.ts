/** Datadog, through its own client. Importing this loads the client, which takes seconds. */
import type { Sources } from '../../sre/sources.ts';
import { datadogChanges } from './changes.ts';
import { type DatadogOptions, datadog } from './client.ts';
import { datadogLogs } from './logs.ts';
import { datadogMetrics } from './metrics.ts';
import { datadogTopology } from './topology.ts';
import { datadogTraces } from './traces.ts';

export interface DatadogSources extends Pick<Sources, 'metrics' | 'logs' | 'changes' | 'topology' | 'traces'> {
  /** As its answers call it. */
  name: string;
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
