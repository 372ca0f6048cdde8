import type { LogId } from '../../ids.ts';

/** What came into inboxes while somebody was at something: too late for what it reads, too early for who listens after it. */
export interface Arrivals {
  note(log: LogId): void;
  /** `work` is given all that is noted from now until it ends. */
  during<T>(work: (arrived: ReadonlySet<LogId>) => Promise<T>): Promise<T>;
}

export function createArrivals(): Arrivals {
  const watches = new Set<Set<LogId>>();
  return {
    note(log) {
      for (const arrived of watches) arrived.add(log);
    },
    async during(work) {
      const arrived = new Set<LogId>();
      watches.add(arrived);
      try {
        return await work(arrived);
      } finally {
        watches.delete(arrived);
      }
    },
  };
}
