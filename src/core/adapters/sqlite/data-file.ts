import { access, constants, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ownFile } from '../../../lib/own-file.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import type { Connection, Driver } from './driver.ts';
import { SqliteFailure } from './driver.ts';
import { appliedMigrations } from './migrate.ts';

/** Makes the directory of the file and proves that this process may write there. */
export async function prepareDirectory(path: string): Promise<void> {
  const directory = resolve(dirname(path));
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((await sizeOf(path)) > 0) await access(path, constants.R_OK | constants.W_OK);
    // What SQLite puts beside a database gets the database's own mode.
    for (const own of [path, lockOf(path)]) await ownFile(own);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailable(
      `The data directory ${directory} is not writable. Give the user that runs this server write permission, ` +
        `mount it read-write, or choose another directory (${reason}).`,
      { cause },
    );
  }
}

/**
 * Takes the file for this process until it ends, however it ends: an open write transaction on an empty database
 * beside it, whose lock the operating system drops with the process.
 */
export async function holdFile(driver: Driver, path: string): Promise<Connection> {
  const lock = await driver.open(lockOf(path));
  try {
    await lock.exec('PRAGMA busy_timeout = 0');
    await lock.exec('BEGIN IMMEDIATE');
    return lock;
  } catch (cause) {
    await lock.close().catch(() => undefined);
    if (cause instanceof SqliteFailure && cause.code === 5) {
      throw new StoreUnavailable(
        `The data directory ${resolve(dirname(path))} is in use by another running server. ` +
          'Stop that one, or choose another data directory for this one.',
        { cause },
      );
    }
    throw cause;
  }
}

/** A file that was in use before and is empty now has been lost; carrying on would bury what a backup could bring back. */
export async function refuseLostFile(connection: Connection, path: string): Promise<void> {
  if ((await sizeOf(markerOf(path))) === 0) return;
  if ((await appliedMigrations(connection)).length > 0) return;
  throw new StoreUnavailable(
    `The database ${resolve(path)} is empty although it was in use before: it, or its write-ahead log, has been lost. ` +
      `Restore a backup. To begin again with nothing, delete ${resolve(markerOf(path))} and start once more.`,
  );
}

/** Remembers beside the database that it has been in use. */
export async function markFile(path: string, now: number): Promise<void> {
  if ((await sizeOf(markerOf(path))) > 0) return;
  const marker = await open(markerOf(path), 'w', 0o600);
  await marker.writeFile(`in use since ${new Date(now).toISOString()}\n`);
  await marker.sync();
  await marker.close();
  const directory = await open(dirname(path), 'r');
  await directory.sync();
  await directory.close();
}

function lockOf(path: string): string {
  return `${path}.lock`;
}

function markerOf(path: string): string {
  return `${path}.initialised`;
}

/** 0 when there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return 0;
    throw cause;
  }
}
