import { resolve } from 'node:path';
import { StoreUnavailable } from '../../ports/store.ts';
import { sizeOf } from './data-file.ts';
import type { Driver } from './driver.ts';
import { type Head, readHead } from './head-file.ts';
import { type FileLedger, readLedger } from './ledger.ts';

/** What is wrong with a database beside this head, as a sentence that goes on after its name; null when nothing is. */
export function contradiction(seen: Head | 'unreadable' | null, ledger: FileLedger | null): string | null {
  if (seen === null) return null;
  if (seen === 'unreadable') return 'cannot be compared with what was last known of it: that file cannot be read';
  if (ledger === null) return `is older than it was on ${seen.at}: an older copy was put in its place`;
  if (seen.database !== ledger.database) return `is not the one that was here on ${seen.at}, but another`;
  const lost = seen.commits - ledger.commits;
  if (lost > 0) {
    return (
      `is older than it was on ${seen.at}: ${lost} of ${seen.commits} commits are gone. ` +
      'Its write-ahead log has been lost or damaged, or an older copy was put in its place'
    );
  }
  if (lost === 0 && seen.sum !== ledger.sum) return `has been written to by another program since ${seen.at}`;
  return null;
}

/**
 * Rejects with `StoreUnavailable` when the database is not what it was when last seen, or more. It is only read: whoever
 * opens it to write takes what is left of a damaged write-ahead log away.
 */
export async function refuseRolledBack(driver: Driver, path: string): Promise<void> {
  const seen = await readHead(path);
  if (seen === null || (await sizeOf(path)) === 0) return;
  const connection = await driver.open(path, { readOnly: true });
  try {
    const what = contradiction(seen, await readLedger(connection));
    if (what !== null) throw new StoreUnavailable(`The database ${resolve(path)} ${what}. ${WHAT_NOW}`);
  } finally {
    await connection.close();
  }
}

const WHAT_NOW =
  'Carrying on would bury what can still be brought back: restore a backup into a new data directory, or put the right ' +
  'files back. To take the database as it is from now on, run `vigil verify-log --accept` on this data directory, and ' +
  'start once more.';
