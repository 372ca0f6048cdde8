/** Why the step in hand should stop, as an abort signal: a person interrupted, we are closing, or the session is lost. */
export type HaltReason = 'interrupt' | 'drain' | 'lost';

export interface Halt {
  signal(): AbortSignal;
  reason(): HaltReason | null;
  /** Cuts off the step in hand. */
  stop(reason: HaltReason): void;
  /** Lets the step in hand finish; no other is begun. */
  leaveSoon(): void;
  leaving(): boolean;
  /** Makes ready for the next step after an interrupt was taken up. Closing and loss are final. */
  rearm(): void;
}

export function createHalt(): Halt {
  let controller = new AbortController();
  let why: HaltReason | null = null;
  let leaving = false;
  return {
    signal: () => controller.signal,
    reason: () => why,
    stop(reason) {
      if (why === null || why === 'interrupt') why = reason;
      controller.abort(reason);
    },
    leaveSoon() {
      leaving = true;
    },
    leaving: () => leaving,
    rearm() {
      if (why !== 'interrupt') return;
      why = null;
      controller = new AbortController();
    },
  };
}
