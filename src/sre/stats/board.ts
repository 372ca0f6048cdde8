/** What departed of each service at one moment, by what is measured. */
import { FAMILIES } from './families.ts';

export interface Row {
  /** Strength of each family. */
  strength: Float64Array;
  /** Of each family, the time of the first sample that is out. */
  first: Float64Array;
}
export type Board = Map<string, Row>;

/** Keeps the strongest of a family: two series that say the same say it once. */
export function note(board: Board, service: string, column: number, strength: number, first: number): void {
  const row = board.get(service) ?? {
    strength: new Float64Array(FAMILIES.length),
    first: new Float64Array(FAMILIES.length),
  };
  board.set(service, row);
  if (strength < (row.strength[column] ?? 0)) return;
  row.strength[column] = strength;
  row.first[column] = first;
}

/** The strongest of each service over several moments: services need not depart in the same minute. */
export function strongest(boards: readonly Board[]): Board {
  const all: Board = new Map();
  for (const board of boards)
    for (const [service, { strength, first }] of board)
      strength.forEach((value, column) => {
        note(all, service, column, value, first[column] ?? 0);
      });
  return all;
}
