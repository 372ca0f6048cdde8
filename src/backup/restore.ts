/** A backup back into a data directory, whole or not at all. */
import { copyFile, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupRefused } from './back-up.ts';
import { BackupDamaged, type Manifest, measure, verify } from './manifest.ts';

/**
 * Every file is checked before the first is copied. The data directory must not exist, or be empty: nothing is ever
 * overwritten. It appears under its name when all of it is there. Throws `BackupDamaged` or `BackupRefused`.
 */
export async function restore(
  backup: string,
  dataDir: string,
  options: { dryRun?: boolean; tell?: (line: string) => void } = {},
): Promise<Manifest> {
  await refuseInUse(dataDir);
  const manifest = await verify(backup, options.tell);
  if (options.dryRun === true) return manifest;
  const draft = `${dataDir}.restoring`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const { path, sha256 } of manifest.files) {
    await mkdir(dirname(join(draft, path)), { recursive: true, mode: 0o700 });
    await copyFile(join(backup, path), join(draft, path));
    const copy = await measure(draft, path);
    if (copy.sha256 !== sha256) throw new BackupDamaged(`${path} could not be copied whole to ${draft}`);
  }
  // Empty, as was seen above; if somebody filled it meanwhile, this fails and nothing is lost.
  await rmdir(dataDir).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rename(draft, dataDir);
  return manifest;
}

async function refuseInUse(dataDir: string): Promise<void> {
  const there = await readdir(dataDir).catch(() => []);
  if (there.length > 0)
    throw new BackupRefused(`${dataDir} is not empty: name another data directory, or move this one away first`);
}
