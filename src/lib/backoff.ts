/** Counts attempts, waiting ever longer between them, up to `longest`; ends when the signal does. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function* backoff(
  signal: AbortSignal,
  { first = 100, longest = 10_000, attempts = Number.POSITIVE_INFINITY } = {},
): AsyncGenerator<number> {
  for (let attempt = 0; attempt < attempts && !signal.aborted; attempt++) {
    if (attempt > 0) await pause(Math.min(longest, first * 2 ** (attempt - 1)), signal);
    if (!signal.aborted) yield attempt;
  }
}

/** Resolves early, without an error, when the signal ends the wait. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
