/** Which workers have asked for work lately. Known to this server only, and for as long as it runs. */
export interface Workers {
  polled(environment: string, worker: string, now: number): void;
  /** How many asked in the last thirty seconds. */
  polling(environment: string, now: number): number;
}

const LATELY_MS = 30_000;
/** Names are the callers' own, so that their number is bounded. */
const MOST = 10_000;

export function createWorkers(): Workers {
  const seen = new Map<string, { environment: string; at: number }>();
  const forgetOld = (now: number): void => {
    for (const [key, { at }] of seen) {
      if (now - at <= LATELY_MS && seen.size <= MOST) return;
      seen.delete(key);
    }
  };
  return {
    polled(environment, worker, now) {
      const key = JSON.stringify([environment, worker.slice(0, 256)]);
      // Put in last, so that the map stays ordered by time.
      seen.delete(key);
      seen.set(key, { environment, at: now });
      forgetOld(now);
    },
    polling(environment, now) {
      forgetOld(now);
      return [...seen.values()].filter((entry) => entry.environment === environment).length;
    },
  };
}
