/**
 * Work per key, never twice at the same time. Asking while it runs makes it run once more afterwards, so that nothing
 * asked for is missed and nothing piles up.
 */
export interface OneAtATime<Key> {
  ask(key: Key): void;
  isRunning(key: Key): boolean;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
}

/** `work` must not reject: whoever asks is not there to hear of it. */
export function oneAtATime<Key>(work: (key: Key) => Promise<void>): OneAtATime<Key> {
  const running = new Map<Key, Promise<void>>();
  const again = new Set<Key>();

  async function run(key: Key): Promise<void> {
    do {
      again.delete(key);
      await work(key);
    } while (again.has(key));
    running.delete(key);
  }

  return {
    ask(key) {
      if (running.has(key)) again.add(key);
      else
        running.set(
          key,
          Promise.resolve().then(() => run(key)),
        );
    },
    isRunning: (key) => running.has(key),
    async idle() {
      while (running.size > 0) await Promise.all(running.values());
    },
  };
}
