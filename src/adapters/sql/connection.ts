/**
 * What the product's store asks of a database. The statements of this folder are the same for all of them; `?` stands
 * for a value.
 */
import type { Changed, Incidents } from '../../sre/ports/incidents.ts';

export type Value = string | number | null;
export type Row = Record<string, unknown>;

type Listener = Parameters<Incidents['watch']>[0];

export interface Writer {
  run(sql: string, values: readonly Value[]): Promise<{ changes: number }>;
  all(sql: string, values: readonly Value[]): Promise<Row[]>;
  /** Whoever watches hears of it once it is committed. */
  tell(changed: Changed): void;
}

export interface Connection {
  /** Sees committed rows only. */
  read(sql: string, values: readonly Value[]): Promise<Row[]>;
  /**
   * Runs `work` in a transaction; resolves when it is on disk. Two with the same `alone` never overlap. Where the answer to
   * a commit was lost `work` is run again, so it looks before it writes.
   */
  write<Result>(alone: string, work: (writer: Writer) => Promise<Result>): Promise<Result>;
  /** A text of any length, as it may stand in an index. */
  key(text: string): string;
  watch(listener: Listener): () => void;
  close(): Promise<void>;
}

/** `column` is one of these; of none when there are none. */
export function among(column: string, values: readonly Value[]): string {
  return values.length === 0 ? '1 = 0' : `${column} IN (${values.map(() => '?').join(', ')})`;
}

/** Tells all of them, in the order in which they came. */
export function listeners(): { add(listener: Listener): () => void; tell: Listener } {
  const all = new Set<{ listener: Listener }>();
  return {
    add(listener) {
      const own = { listener };
      all.add(own);
      return () => all.delete(own);
    },
    tell(changed, from) {
      for (const { listener } of all) listener(changed, from);
    },
  };
}
