/** Time as the core sees it; tests hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
