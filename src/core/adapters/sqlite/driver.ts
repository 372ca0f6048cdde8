/**
 * What the adapter asks of a SQLite binding. Two implementations: the npm package `sqlite3` and `node:sqlite`.
 * Calls on one connection run one after the other in the order they were made.
 */
export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

export interface Connection {
  /** Runs statements that take no parameters and give no rows. */
  exec(sql: string): Promise<void>;
  /** Runs one statement to its end and answers how many rows it changed. */
  run(sql: string, values: readonly Value[]): Promise<number>;
  /** Runs one statement to its end, `RETURNING` included, and answers its rows. */
  all(sql: string, values: readonly Value[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface Driver {
  name: DriverName;
  /** Opens the file, making it when it is not there. `readOnly`: it must be there, and nothing is written to it. */
  open(path: string, options?: { readOnly: boolean }): Promise<Connection>;
}
export type DriverName = 'sqlite3' | 'node:sqlite';

/** What SQLite answered, with its primary result code (https://sqlite.org/rescode.html). */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure';
  readonly code: number;
  constructor(message: string, options: { code: number; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code & 0xff;
  }
}
