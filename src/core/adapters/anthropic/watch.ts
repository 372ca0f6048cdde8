/** A signal that fires when its parent does, or when nothing was heard for too long. */
export interface Watchdog {
  signal: AbortSignal;
  /** Something was heard; the next thing is due within this time. */
  expectWithin(milliseconds: number): void;
  expired(): boolean;
  done(): void;
}

export function watch(parent: AbortSignal, firstMs: number): Watchdog {
  const controller = new AbortController();
  let expired = false;
  let timer: NodeJS.Timeout | undefined;
  let patience = 0;
  const follow = () => controller.abort(parent.reason);
  const expectWithin = (milliseconds: number) => {
    if (milliseconds === patience) {
      timer?.refresh();
      return;
    }
    patience = milliseconds;
    clearTimeout(timer);
    timer = setTimeout(() => {
      expired = true;
      controller.abort(new Error('silence'));
    }, milliseconds);
  };
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  expectWithin(firstMs);
  return {
    signal: controller.signal,
    expectWithin,
    expired: () => expired,
    done() {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}
