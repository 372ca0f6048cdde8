import type { Clock } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Store } from '../../ports/store.ts';
import type { DriverName } from './driver.ts';
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
