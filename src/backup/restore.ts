/** A backup back into a data directory and, where it has one, a database: whole or not at all. */
import { copyFile, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkDump, DUMP, load } from './dump.ts';
import { BackupDamaged, type Manifest, measure, verify } from './manifest.ts';
import { BackupRefused } from './refused.ts';

/**
 * Every file is checked before the first is copied. The data directory must not exist, or be empty: nothing is ever
 * overwritten. It appears under its name when all of it is there. A dump goes into the database of `databaseUrl`, which must
 * not have Vigil's schemas. Throws `BackupDamaged` or `BackupRefused`.
 */
export async function restore(
  backup: string,
  dataDir: string,
  options: { databaseUrl?: string | null; dryRun?: boolean; tell?: (line: string) => void } = {},
): Promise<Manifest> {
  await refuseInUse(dataDir);
  const manifest = await verify(backup, options.tell);
  const url = databaseOf(manifest, options.databaseUrl ?? null);
  if (url !== null) await checkDump(join(backup, DUMP));
  if (options.dryRun === true) return manifest;
  const draft = `${dataDir}.restoring`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const { path, sha256 } of manifest.files.filter((file) => file.path !== DUMP)) {
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o700 });
    await copyFile(join(backup, path), join(draft, path));
    const copy = await measure(draft, path);
    if (copy.sha256 !== sha256) throw new BackupDamaged(`${path} could not be copied whole to ${draft}`);
  }
  if (url !== null) {
    await load(url, join(backup, DUMP));
    options.tell?.('restored the database');
  }
  // Empty, as was seen above; if somebody filled it meanwhile, this fails and nothing is lost.
  await rmdir(dataDir).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rename(draft, dataDir);
  return manifest;
}

/** Where the dump of this backup goes; null when it has none. What is in files must not be hidden behind a database. */
function databaseOf({ files }: Manifest, url: string | null): string | null {
  const hasDump = files.some(({ path }) => path === DUMP);
  if (hasDump && url === null)
    throw new BackupRefused('this backup is of a database: set DATABASE_URL to an empty one, and restore again');
  if (!hasDump && url !== null)
    throw new BackupRefused(
      'this backup is of files: restore it without DATABASE_URL, and start the server without it',
    );
  return hasDump ? url : null;
}

async function refuseInUse(dataDir: string): Promise<void> {
  const there = await readdir(dataDir).catch(() => []);
  if (there.length > 0)
    throw new BackupRefused(`${dataDir} is not empty: name another data directory, or move this one away first`);
}
