/** A signal that fires when its parent does, when nothing was heard for too long, or when all of it takes too long. */
export interface Watchdog {
  signal: AbortSignal;
  /** Bytes came. */
  heard(): void;
  expired(): boolean;
  done(): void;
}

export function watch(
  parent: AbortSignal,
  { firstByteMs, silenceMs, answerMs }: { firstByteMs: number; silenceMs: number; answerMs: number },
): Watchdog {
  const controller = new AbortController();
  let expired = false;
  let over = false;
  let patience = firstByteMs;
  const follow = () => controller.abort(parent.reason);
  const expire = () => {
    expired = true;
    controller.abort(new Error('silence'));
  };
  const whole = setTimeout(expire, answerMs);
  let next = setTimeout(expire, firstByteMs);
  if (parent.aborted) follow();
  parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    heard() {
      if (over) return;
      if (patience === silenceMs) {
        next.refresh();
        return;
      }
      patience = silenceMs;
      clearTimeout(next);
      next = setTimeout(expire, silenceMs);
    },
    expired: () => expired,
    done() {
      over = true;
      clearTimeout(whole);
      clearTimeout(next);
      parent.removeEventListener('abort', follow);
    },
  };
}
