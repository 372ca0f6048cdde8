import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { CheckOptions, LogCheck } from '../../ports/log-check.ts';
import type { Store } from '../../ports/store.ts';
import type { TakeRows } from '../../ports/transfer.ts';
import { acceptWith, checkWith } from './check.ts';
import type { DriverName } from './driver.ts';
import { whileHeld } from './give.ts';
import { loadDriver } from './load-driver.ts';
import { openWith } from './open.ts';

export interface SqliteOptions {
  /** The database file; its directory is made when missing and belongs to this process while open. */
  path: string;
  clock: Clock;
  /** Default: `sqlite3`, and `node:sqlite` where that cannot be loaded. */
  driver?: DriverName;
  /** How long a claimed session stays with its holder without `renew`, milliseconds. Default 30,000. */
  leaseMs?: number;
}

/**
 * Opens the file, brings its tables up to date and gives back sessions that a process which died had claimed.
 * Rejects with `StoreUnavailable`, saying what to do, when the directory cannot be written, another server has it
 * open, or the database has been lost or was made by another version. `store.close()` closes the engine too.
 */
export async function openSqlite(options: SqliteOptions): Promise<{ store: Store; engine: Engine }> {
  return openWith(await loadDriver(options.driver), options);
}

/**
 * Reads the logs in the file from end to end and compares them with the head beside it; a server may run on it
 * meanwhile. Rejects with `StoreUnavailable` when it cannot be read.
 */
export async function checkSqlite(path: string, options: CheckOptions = {}): Promise<LogCheck> {
  return checkWith(await loadDriver(), path, options);
}

/** From now on the database counts as what it is. Rejects with `StoreUnavailable` while a server uses it. */
export async function acceptSqlite(path: string, now: number): Promise<void> {
  await acceptWith(await loadDriver(), path, now);
}

/**
 * Runs `work` while no server may use the file; `give` reads all of it. Rejects with `StoreUnavailable` when a server does use it,
 * or when there is no file of this version.
 */
export async function giveSqlite<T>(
  path: string,
  work: (give: (take: TakeRows) => Promise<void>) => Promise<T>,
): Promise<T> {
  return await whileHeld(await loadDriver(), path, work);
}
