/** A copy of everything a data directory and the database beside it hold, taken while servers run on them. */
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { snapshot } from '../adapters/sqlite/snapshot.ts';
import { version } from '../lib/version.ts';
import { DUMP, dump } from './dump.ts';
import { filesIn } from './files-in.ts';
import { type Manifest, measure, writeManifest } from './manifest.ts';
import { BackupRefused } from './refused.ts';

/**
 * Databases are copied as of one moment each, the product's before the core's: what the product knows of, the core's
 * copy has. Blobs are copied before the databases, because they may be deleted, and again after, because they may be
 * new. With `databaseUrl` everything but the secrets is there: both halves as of one moment. The secrets are in it: the
 * folder is for its owner only. Throws `BackupRefused`, or what the disk says.
 */
export async function backUp(
  dataDir: string,
  target: string,
  options: { databaseUrl?: string | null; now?: () => Date; tell?: (line: string) => void } = {},
): Promise<Manifest> {
  const { databaseUrl = null, now = () => new Date(), tell = () => undefined } = options;
  const found = await filesIn(dataDir);
  if (databaseUrl === null && !found.includes('core.db'))
    throw new BackupRefused(`${dataDir} is no data directory of Vigil: it has no core.db`);
  await emptyFolder(target);
  const takenAt = now().toISOString();
  const plain = async () => {
    const files = (await filesIn(dataDir)).filter((path) => !isDatabase(path) && !isPassing(path));
    for (const path of files) await keep(dataDir, target, path);
    return files.length;
  };
  tell(`copied ${await plain()} files`);
  for (const path of found.filter(isDatabase).sort(productFirst)) {
    await snapshot(join(dataDir, path), join(target, path));
    await chmod(join(target, path), 0o600);
    tell(`copied ${path}`);
  }
  if (databaseUrl !== null) {
    await dump(databaseUrl, join(target, DUMP));
    await chmod(join(target, DUMP), 0o600);
    tell('copied the database');
  }
  await plain();
  const files = [];
  for (const path of (await filesIn(target)).sort()) files.push(await measure(target, path));
  const manifest: Manifest = { format: 'vigil-backup-1', version: version(), taken_at: takenAt, files };
  await writeManifest(target, manifest);
  return manifest;
}

async function emptyFolder(target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  if ((await readdir(target)).length > 0)
    throw new BackupRefused(`${target} is not empty: a backup wants a folder of its own`);
}

/** A file that was deleted since it was listed belongs to nothing any more. */
async function keep(from: string, to: string, path: string): Promise<void> {
  await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
  try {
    await copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

function isDatabase(path: string): boolean {
  return /^[^/]+\.db$/.test(path);
}

/**
 * Belongs to a running process, or is part of a database that is copied otherwise. What a database was when last seen is
 * left out: the copy is as old as it is meant to be.
 */
function isPassing(path: string): boolean {
  return /^[^/]+\.db(-wal|-shm|-journal|\.lock.*|\.head.*)$|^blobs\/incoming\/|^\.probe-/.test(path);
}

function productFirst(a: string, b: string): number {
  return Number(a === 'core.db') - Number(b === 'core.db') || (a < b ? -1 : 1);
}
