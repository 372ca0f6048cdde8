export interface JaegerOptions {
  /** Base address; `user:password@` in it is sent as basic authentication. */
  url: string;
  /** Sent as bearer token. */
  token?: string | null;
  /** Sent as `X-Scope-OrgID`. */
  tenant?: string | null;
  /** Nothing later is shown; calls of the day before this moment are read. Default: real time. */
  now?: () => Date;
}
