import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until there is something; rejects when there is nothing for so many seconds. */
export async function until<T>(what: () => Promise<T | null | false | undefined>, seconds: number): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; Date.now() < end; await sleep(20)) {
    const found = await what();
    if (found !== null && found !== false && found !== undefined) return found;
  }
  throw new Error(`not within ${seconds} s`);
}
