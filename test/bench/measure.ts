/** What a measurement says, and how many samples become a few numbers. */
export interface Measure {
  name: string;
  /** Samples behind the numbers, all rounds together. */
  n: number;
  p50: number;
  /** Null where a sample is an average by itself. */
  p95: number | null;
  unit: string;
  bars: readonly Bar[];
}
export interface Bar {
  of: 'p50' | 'p95';
  /** `below` this or `above` this is good. */
  must: 'below' | 'above';
  value: number;
}

export function below(p50: number, p95?: number): Bar[] {
  const first: Bar = { of: 'p50', must: 'below', value: p50 };
  return p95 === undefined ? [first] : [first, { of: 'p95', must: 'below', value: p95 }];
}

/** Quantiles of each round, then the median of the rounds: what else the machine did in one of them does not count. */
export function measure(name: string, unit: string, rounds: readonly (readonly number[])[], bars: Bar[]): Measure {
  const single = rounds.every((round) => round.length === 1);
  return {
    name,
    unit,
    bars,
    n: rounds.flat().length,
    p50: median(rounds.map(median)),
    p95: single ? null : median(rounds.map((round) => quantile(round, 0.95))),
  };
}

export function holds(of: Measure): boolean {
  return of.bars.every((bar) => {
    const value = of[bar.of];
    if (value === null) return false;
    return bar.must === 'below' ? value < bar.value : value > bar.value;
  });
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
