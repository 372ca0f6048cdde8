/**
 * Who drives what, where several processes share one store: a key is held by one of them at a time. What a process held
 * becomes free when it ends or stands still; those that watch the store then hear that anything may have changed.
 */
export interface Claims {
  /** The claim on `key`, which is taken when it is free; null while another process holds it. */
  take(key: string): Promise<Claim | null>;
  /** What this process holds. */
  held(): string[];
  /** Gives back what needs nobody now: whoever asks next may have it. */
  release(keys: readonly string[]): Promise<void>;
  /** Gives everything back. */
  close(): Promise<void>;
}

/** The same object for as long as it is held. */
export interface Claim {
  /** Ends when the claim is lost, and when it is given back. */
  signal: AbortSignal;
  /** To be asked right before an effect: a process that stood still has lost its claims before it hears of it. */
  holds(): boolean;
}
