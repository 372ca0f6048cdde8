import type { Points } from './resample.ts';

export type Aggregate = 'sum' | 'avg' | 'max' | 'min';

export interface Labelled {
  labels: Record<string, string>;
  points: Points;
  /** Milliseconds of the newest sample behind the points, or null. */
  newest: number | null;
}

/** One series for each combination of the labels in `groupBy`; series without such a label count under ''. */
export function aggregated(all: Labelled[], groupBy: string[], aggregate: Aggregate): Labelled[] {
  const groups = new Map<string, Labelled[]>();
  for (const one of all) {
    const key = JSON.stringify(groupBy.map((label) => one.labels[label] ?? ''));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((members) => ({
    labels: Object.fromEntries(groupBy.map((label) => [label, members[0]?.labels[label] ?? ''])),
    points: merged(members, aggregate),
    newest: members.reduce<number | null>((best, { newest }) => later(best, newest), null),
  }));
}

export function later(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}

function merged(members: Labelled[], aggregate: Aggregate): Points {
  const [only, ...others] = members;
  if (only !== undefined && others.length === 0) return only.points;
  const slots = new Map<number, number[]>();
  for (const { points } of members) {
    for (const [at, value] of points) {
      const slot = slots.get(at);
      if (slot === undefined) slots.set(at, [value]);
      else slot.push(value);
    }
  }
  return [...slots]
    .map(([at, values]): [number, number] => [at, combine(values, aggregate)])
    .toSorted(([a], [b]) => a - b);
}

function combine(values: number[], aggregate: Aggregate): number {
  if (aggregate === 'max') return Math.max(...values);
  if (aggregate === 'min') return Math.min(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return aggregate === 'sum' ? sum : sum / values.length;
}
