import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverName } from '../../../../src/core/adapters/sqlite/driver.ts';
import { openSqlite } from '../../../../src/core/adapters/sqlite/index.ts';
import type { Backend } from '../../../contract/place.ts';

/** Places in the temporary directory, for one driver. */
export function sqliteBackend(driver: DriverName): Backend {
  return async () => {
    const { directory, dispose } = await temporaryDirectory();
    return { open: (clock) => openSqlite({ path: join(directory, 'core.db'), clock, driver }), dispose };
  };
}

export async function temporaryDirectory(): Promise<{ directory: string; dispose(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'vigil-store-'));
  return { directory, dispose: () => rm(directory, { recursive: true, force: true }) };
}

/** Node has its own SQLite, recent enough, from some version on. */
export async function hasNodeSqlite(): Promise<boolean> {
  const specifier: string = 'node:sqlite';
  return import(specifier).then(
    () => true,
    () => false,
  );
}
