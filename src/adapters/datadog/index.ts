/** Datadog, through its own client: metrics and logs. Importing this loads the client, which takes seconds. */
import type { Logs } from '../../sre/ports/logs.ts';
import type { Metrics } from '../../sre/ports/metrics.ts';
import { type DatadogOptions, datadog } from './client.ts';
import { datadogLogs } from './logs.ts';
import { datadogMetrics } from './metrics.ts';

export interface DatadogSources {
  metrics: Metrics;
  logs: Logs;
}

export function datadogSources(options: DatadogOptions): DatadogSources {
  const from = datadog(options);
  return { metrics: datadogMetrics(from), logs: datadogLogs(from) };
}
