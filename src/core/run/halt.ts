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
  /** One more of the same session: closing and loss reach it too, interrupts do not. */
  fork(): Halt;
}

export function createHalt(): Halt {
  const forks: Halt[] = [];
  let controller = new AbortController();
  let why: HaltReason | null = null;
  let leaving = false;
  return {
    signal: () => controller.signal,
    reason: () => why,
    stop(reason) {
      if (why === null || why === 'interrupt') why = reason;
      controller.abort(reason);
      if (reason !== 'interrupt') for (const fork of forks) fork.stop(reason);
    },
    leaveSoon() {
      leaving = true;
      for (const fork of forks) fork.leaveSoon();
    },
    leaving: () => leaving,
    rearm() {
      if (why !== 'interrupt') return;
      why = null;
      controller = new AbortController();
    },
    fork() {
      const fork = createHalt();
      if (why !== null && why !== 'interrupt') fork.stop(why);
      if (leaving) fork.leaveSoon();
      forks.push(fork);
      return fork;
    },
  };
}
