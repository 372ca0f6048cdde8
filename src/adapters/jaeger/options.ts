import type { ServerOptions } from '../../lib/fetch-json.ts';

export interface JaegerOptions extends ServerOptions {
  /** Nothing later is shown; calls of the day before this moment are read. Default: real time. */
  now?: () => Date;
}
