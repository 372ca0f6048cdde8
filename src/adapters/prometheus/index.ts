/** Metrics from anything that speaks Prometheus' query API: Prometheus, Thanos, Mimir, VictoriaMetrics. */

import { jsonServer } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import type { Metrics } from '../../sre/ports/metrics.ts';
import { prometheusApi } from './api.ts';
import { catalog } from './catalog.ts';
import { listMetrics } from './list.ts';
import type { PrometheusOptions } from './options.ts';
import { queryMetric } from './query.ts';
import { scrapeIntervals } from './scrape-interval.ts';

export { prometheusTopology } from './topology.ts';

const SERVICE_LABELS = ['service', 'service_name', 'app', 'job'];
/** An investigation asks for dozens of series at once; the server has others to serve. */
const MOST_AT_ONCE = 6;

export function prometheusMetrics(options: PrometheusOptions): Metrics {
  const server = jsonServer('prometheus', options);
  const now = options.now ?? (() => new Date());
  const api = prometheusApi(server, fewAtATime(MOST_AT_ONCE));
  const known = catalog(api);
  const intervals = scrapeIntervals(api);
  const { serviceLabels = SERVICE_LABELS } = options;
  return {
    list: (query) => listMetrics({ server, known, serviceLabels }, query, now().getTime()),
    query: (query, signal) => queryMetric({ server, api, known, intervals }, query, now().getTime(), signal),
  };
}
