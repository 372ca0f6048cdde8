/** Many graded worlds in one line: shares with their intervals, and whether doubt was honest. Pure. */
import type { Grade } from './grade.ts';

export interface Row extends Grade {
  scenario: string;
  seed: number;
  model: string;
  /** Statements that the check sent back. */
  unsupported: number;
  seconds: number;
}

export interface Totals {
  worlds: number;
  outcome: number;
  cause: number;
  /** 95 % interval of `cause` (Wilson). */
  cause_interval: [number, number];
  change_at_1: number;
  change_at_3: number;
  /** Of the worlds that know when it began. */
  onset_near: number;
  false_accusations: number;
  missed_no_change: number;
  harmful: number;
  unsupported: number;
  /** Mean squared distance of stated confidence from being right: 0 is perfect, 0.25 is a coin. */
  brier: number;
  slowest_seconds: number;
  /** By stated confidence: how often it was right. */
  reliability: { confidence: string; said: number; right: number; worlds: number }[];
}

/** What the three words stand for when they are measured. */
export const SAID = { high: 0.95, medium: 0.75, low: 0.5 };

export function totals(rows: readonly Row[]): Totals {
  const share = (pick: (row: Row) => boolean): number => (rows.length === 0 ? 0 : count(rows, pick) / rows.length);
  const said = ({ confidence }: Row): number => (confidence === null ? 0 : SAID[confidence]);
  const known = rows.filter((row) => row.onset_near !== null);
  const squares = rows.map((row) => (said(row) - (row.cause ? 1 : 0)) ** 2);
  return {
    worlds: rows.length,
    outcome: share(({ outcome }) => outcome),
    cause: share(({ cause }) => cause),
    cause_interval: wilson(
      count(rows, ({ cause }) => cause),
      rows.length,
    ),
    change_at_1: share((row) => row.change_at_1),
    change_at_3: share((row) => row.change_at_3),
    onset_near: known.length === 0 ? 0 : count(known, (row) => row.onset_near === true) / known.length,
    false_accusations: count(rows, (row) => row.false_accusation),
    missed_no_change: count(rows, (row) => row.missed_no_change),
    harmful: count(rows, ({ harmful }) => harmful),
    unsupported: rows.reduce((sum, { unsupported }) => sum + unsupported, 0),
    brier: rows.length === 0 ? 0 : squares.reduce((sum, one) => sum + one, 0) / rows.length,
    slowest_seconds: rows.reduce((most, { seconds }) => Math.max(most, seconds), 0),
    reliability: (['high', 'medium', 'low'] as const).map((confidence) => {
      const own = rows.filter((row) => row.confidence === confidence);
      const right = own.length === 0 ? 0 : count(own, ({ cause }) => cause) / own.length;
      return { confidence, said: SAID[confidence], right, worlds: own.length };
    }),
  };
}

function count(rows: readonly Row[], pick: (row: Row) => boolean): number {
  return rows.filter(pick).length;
}

function wilson(hits: number, n: number): [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.96;
  const p = hits / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
