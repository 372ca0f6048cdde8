/** Seeded randomness: the same seed, the same world. */
export interface Draw {
  /** In [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  pick<One>(from: readonly One[]): One;
  /** Up to `count` different ones. */
  some<One>(from: readonly One[], count: number): One[];
  normal(): number;
  hex(length: number): string;
}

export function drawFrom(seed: number): Draw {
  let state = (seed * 2654435761 + 40503) >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  const between = (low: number, high: number) => low + (high - low) * next();
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1));
  function pick<One>(from: readonly One[]): One {
    const [one] = from.slice(whole(0, from.length - 1));
    if (one === undefined) throw new Error('nothing to pick from');
    return one;
  }
  function some<One>(from: readonly One[], count: number): One[] {
    const left = [...from];
    const taken: One[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(whole(0, left.length - 1), 1));
    return taken;
  }
  return {
    next,
    between,
    whole,
    pick,
    some,
    chance: (share) => next() < share,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    hex: (length) => Array.from({ length }, () => whole(0, 15).toString(16)).join(''),
  };
}
