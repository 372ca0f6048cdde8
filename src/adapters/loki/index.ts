/** Log lines from anything that speaks Loki's query API. */

import { jsonServer, type ServerOptions } from '../../lib/fetch-json.ts';
import { fewAtATime } from '../../lib/few-at-a-time.ts';
import type { Logs } from '../../sre/ports/logs.ts';
import { lokiApi } from './api.ts';
import { newestLine } from './newest.ts';
import { scanLogs } from './scan.ts';
import { searchLogs } from './search.ts';
import { lokiStreams } from './streams.ts';

export interface LokiOptions extends ServerOptions {
  /** Stream labels that name a service, looked at in this order. */
  serviceLabels?: readonly string[];
  /** Nothing later is shown. Default: real time. */
  now?: () => Date;
}

const SERVICE_LABELS = ['service', 'service_name', 'app'];
const MOST_AT_ONCE = 4;

export function lokiLogs(options: LokiOptions): Logs {
  const server = jsonServer('loki', options);
  const now = options.now ?? (() => new Date());
  const serviceLabels = options.serviceLabels ?? SERVICE_LABELS;
  const api = lokiApi(server, fewAtATime(MOST_AT_ONCE));
  const parts = { server, api, serviceLabels, streams: lokiStreams(api, serviceLabels) };
  return {
    search: (query, signal) => searchLogs(parts, query, now().getTime(), signal),
    scan: (query, signal) => scanLogs(parts, query, now().getTime(), signal),
    newest: (query, signal) => newestLine(parts, query, now().getTime(), signal),
  };
}
