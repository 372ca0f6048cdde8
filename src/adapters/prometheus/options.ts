import type { ServerOptions } from '../../lib/fetch-json.ts';

export interface PrometheusOptions extends ServerOptions {
  /** Labels that name a service, looked at in this order. */
  serviceLabels?: readonly string[];
  /** Nothing later is shown. Default: real time. */
  now?: () => Date;
}
