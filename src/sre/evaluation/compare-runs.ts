/** Two runs over the same worlds, world by world: what differs, and whether that is more than chance. Pure. */
import { type Row, type Totals, totals } from './totals.ts';

/** A share in both runs, and the difference of the paired worlds. */
export interface Shift {
  before: number;
  after: number;
  difference: number;
  /** 95 %, of the difference: for pairs, after Agresti and Min (2005). */
  interval: [number, number];
  /** Exact McNemar test, two-sided: how likely so lopsided a change is when both runs are equally good. */
  p: number;
  better: number;
  worse: number;
}

export interface WorldChange {
  scenario: string;
  seed: number;
  /** Such as `cause: right → wrong`. */
  what: string[];
  /** Whether the cause was found in the one and not in the other. */
  verdict: 'better' | 'worse' | 'other';
}

export interface ModelComparison {
  model: string;
  worlds: number;
  shares: Record<(typeof SHARES)[number], Shift>;
  before: Totals;
  after: Totals;
  changed: WorldChange[];
}

export interface Comparison {
  models: ModelComparison[];
  /** Worlds that stand in one run only: not compared. */
  onlyBefore: number;
  onlyAfter: number;
}

export const SHARES = ['cause', 'outcome', 'change_at_1', 'change_at_3'] as const;
const FLAGS = [...SHARES, 'false_accusation', 'missed_no_change', 'harmful'] as const;

export function compareRuns(before: readonly Row[], after: readonly Row[]): Comparison {
  const [first, second] = [keyed(before), keyed(after)];
  const pairs = [...first].flatMap(([key, row]) => {
    const other = second.get(key);
    return other === undefined ? [] : [{ before: row, after: other }];
  });
  const models = [...new Set(pairs.map((pair) => pair.before.model))];
  return {
    models: models.map((model) =>
      compared(
        model,
        pairs.filter((pair) => pair.before.model === model),
      ),
    ),
    onlyBefore: first.size - pairs.length,
    onlyAfter: second.size - pairs.length,
  };
}

interface Pair {
  before: Row;
  after: Row;
}

/** The same world may stand in a run several times; the first is compared with the first. */
function keyed(rows: readonly Row[]): Map<string, Row> {
  const seen = new Map<string, number>();
  return new Map(
    rows.map((row) => {
      const name = JSON.stringify([row.model, row.scenario, row.seed]);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [`${name} ${count}`, row];
    }),
  );
}

function compared(model: string, pairs: readonly Pair[]): ModelComparison {
  const shift = (name: (typeof SHARES)[number]): Shift =>
    shiftOf(pairs.map((pair) => [pair.before[name], pair.after[name]]));
  return {
    model,
    worlds: pairs.length,
    shares: {
      cause: shift('cause'),
      outcome: shift('outcome'),
      change_at_1: shift('change_at_1'),
      change_at_3: shift('change_at_3'),
    },
    before: totals(pairs.map((pair) => pair.before)),
    after: totals(pairs.map((pair) => pair.after)),
    changed: pairs.flatMap(changeOf),
  };
}

export function shiftOf(pairs: readonly (readonly [boolean, boolean])[]): Shift {
  const n = pairs.length;
  const count = (pick: (pair: readonly [boolean, boolean]) => boolean): number => pairs.filter(pick).length;
  const better = count(([before, after]) => !before && after);
  const worse = count(([before, after]) => before && !after);
  const share = (part: number): number => (n === 0 ? 0 : part / n);
  return {
    before: share(count(([before]) => before)),
    after: share(count(([, after]) => after)),
    difference: share(better - worse),
    interval: intervalOf(better, worse, n),
    p: mcnemar(better, worse),
    better,
    worse,
  };
}

function intervalOf(better: number, worse: number, n: number): [number, number] {
  const [up, down, all] = [better + 0.5, worse + 0.5, n + 2];
  const middle = (up - down) / all;
  const half = (1.96 * Math.sqrt(up + down - (up - down) ** 2 / all)) / all;
  return [Math.max(-1, middle - half), Math.min(1, middle + half)];
}

function mcnemar(better: number, worse: number): number {
  const n = better + worse;
  let term = 0.5 ** n;
  let tail = 0;
  for (let k = 0; k <= Math.min(better, worse); k++) {
    tail += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

function changeOf({ before, after }: Pair): WorldChange[] {
  const word = (value: boolean): string => (value ? 'yes' : 'no');
  const flags = FLAGS.filter((name) => before[name] !== after[name]).map(
    (name) => `${name.replaceAll('_', ' ')}: ${word(before[name])} → ${word(after[name])}`,
  );
  const others = [
    ...(before.confidence === after.confidence
      ? []
      : [`confidence: ${before.confidence ?? 'none'} → ${after.confidence ?? 'none'}`]),
    ...(before.unsupported === after.unsupported ? [] : [`unsupported: ${before.unsupported} → ${after.unsupported}`]),
    ...(before.decoys_left === after.decoys_left ? [] : [`decoys left: ${before.decoys_left} → ${after.decoys_left}`]),
  ];
  const what = [...flags, ...others];
  if (what.length === 0) return [];
  const verdict = before.cause === after.cause ? 'other' : after.cause ? 'better' : 'worse';
  return [{ scenario: before.scenario, seed: before.seed, what, verdict }];
}
