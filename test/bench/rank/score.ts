/** Outcomes of rankings → the lines that a reader compares. */

export interface Outcome {
  id: string;
  fault: string | null;
  /** Place of the true cause, from 1; null when it is not named. */
  place: number | null;
  /** Whether anything is said to be wrong: an onset, and whether any service is named. */
  onset: boolean;
  named: boolean;
  seconds: number;
}

export function accuracy(name: string, outcomes: readonly Outcome[]): string {
  const at = (k: number): string =>
    share(outcomes.filter(({ place }) => place !== null && place <= k).length, outcomes);
  const seconds = outcomes.map((one) => one.seconds).toSorted((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
  const found = share(outcomes.filter(({ onset }) => onset).length, outcomes);
  return `${name.padEnd(24)} n ${String(outcomes.length).padStart(3)}  AC@1 ${at(1)}  AC@3 ${at(3)}  AC@5 ${at(5)}  said wrong ${found}  ${median.toFixed(2)} s each`;
}

export function specificity(outcomes: readonly Outcome[]): string {
  const quiet = share(outcomes.filter(({ onset }) => !onset).length, outcomes);
  const silent = share(outcomes.filter(({ named }) => !named).length, outcomes);
  return `quiet windows            n ${String(outcomes.length).padStart(3)}  no onset ${quiet}  nothing named ${silent}`;
}

export function byFault(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const one of outcomes) groups.set(one.fault ?? 'none', [...(groups.get(one.fault ?? 'none') ?? []), one]);
  return groups;
}

/** `.89 (.76–.96)`: share and its 95 % interval by Wilson's score, right for few cases. */
function share(hits: number, of: readonly unknown[]): string {
  const n = of.length;
  if (n === 0) return 'none';
  const p = hits / n;
  const z = 1.96;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return `${short(p)} (${short(Math.max(0, middle - half))}–${short(Math.min(1, middle + half))})`;
}

function short(value: number): string {
  return value.toFixed(2).replace(/^0/, '');
}
