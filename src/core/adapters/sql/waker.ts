import { guarded } from './feed.ts';

/** Who waits for work in this process. */
export interface Waker {
  onWake(listener: () => void): () => void;
  wake(): void;
}

export function createWaker(): Waker {
  const listeners = new Set<() => void>();
  return {
    onWake(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    wake() {
      for (const listener of listeners) guarded(listener);
    },
  };
}
