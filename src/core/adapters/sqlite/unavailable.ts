import { StoreUnavailable } from '../../ports/store.ts';
import { SqliteFailure } from './driver.ts';

/** Result codes that speak of the machine, not of the statement: what to tell the operator. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [3, 'its file or directory may not be accessed. Give the user that runs this server read and write permission'],
  [5, 'another program has kept it locked. Close whatever else has the file open (a shell, a backup)'],
  [6, 'another program has kept it locked. Close whatever else has the file open (a shell, a backup)'],
  [8, 'it is read-only. Make the data directory and its files writable, or choose another one'],
  [10, 'reading or writing the disk failed. Check the disk and the system log'],
  [11, 'the file is damaged. Stop the server, keep a copy of the data directory, and restore a backup'],
  [13, 'the disk is full. Free some space; the server goes on by itself'],
  [14, 'the file could not be opened. Check that the data directory exists and is writable'],
  [26, 'the file is not a SQLite database. Choose another data directory or restore a backup'],
]);

export function isOutage(error: unknown): boolean {
  return error instanceof StoreUnavailable || (error instanceof SqliteFailure && ADVICE.has(error.code));
}

/** The error callers see: outages become `StoreUnavailable` with advice, everything else stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (!(error instanceof SqliteFailure)) return error;
  const advice = ADVICE.get(error.code);
  return advice
    ? new StoreUnavailable(`The database cannot be used: ${advice} (${error.message}).`, { cause: error })
    : error;
}
