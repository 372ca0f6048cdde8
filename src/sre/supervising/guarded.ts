/** Work per key that reports what went wrong and tries again, ever later, until it works or the process is stopped. */
import { backoff } from '../../lib/backoff.ts';
import { type OneAtATime, oneAtATime } from '../../lib/one-at-a-time.ts';
import type { Log } from '../ports/log.ts';

export interface Guard {
  log: Log;
  signal: AbortSignal;
}

/** `trouble` is what the log says of a failure. */
export function guarded<Key>(guard: Guard, trouble: string, work: (key: Key) => Promise<void>): OneAtATime<Key> {
  return oneAtATime((key) => untilItWorks(guard, trouble, () => work(key), key));
}

export async function untilItWorks(
  { log, signal }: Guard,
  trouble: string,
  work: () => Promise<void>,
  key: unknown,
): Promise<void> {
  for await (const attempt of backoff(signal, { first: 500, longest: 30_000 })) {
    try {
      return await work();
    } catch (error) {
      if (!signal.aborted) log.error({ key: String(key), attempt, error: String(error) }, trouble);
    }
  }
}
