/**
 * The time of a clock elsewhere: several servers that share a database go by its time, so that none of them takes what another
 * holds, or fires what is not due, because its own clock is wrong. Differences too small to matter are left alone, so that
 * times do not tremble.
 */

export interface FollowedClock {
  /** Milliseconds since 1970. */
  now(): number;
  stop(): void;
}

const AGAIN_MS = 10_000;
/** A difference so small does no harm. */
const SMALL_MS = 250;

/**
 * `own` where there is one. `ask` tells the time of the other clock, and is asked again every ten seconds; what its way there
 * and back explains is no difference. Rejects when the first answer cannot be had.
 */
export async function followClock(ask: () => Promise<number>, own?: () => number): Promise<FollowedClock> {
  if (own !== undefined) return { now: own, stop: () => undefined };
  let ahead = 0;
  async function compare(): Promise<void> {
    const before = Date.now();
    const told = await ask();
    const way = Date.now() - before;
    const measured = told - before - way / 2;
    if (Math.abs(measured - ahead) > Math.max(SMALL_MS, way / 2)) ahead = Math.round(measured);
  }
  await compare();
  // While it cannot be asked, what was measured last holds on.
  const again = setInterval(() => void compare().catch(() => undefined), AGAIN_MS).unref();
  return { now: () => Date.now() + ahead, stop: () => clearInterval(again) };
}
