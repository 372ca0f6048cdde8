/** A secret that makes itself: read where it is, else drawn at random and written for its owner only. */
import { randomBytes } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';

/** Resolves with the secret once it is on disk. Rejects when the file is empty, or open to others: somebody must say what it should be. */
export async function secretFile(path: string, prefix: string): Promise<string> {
  const secret = `${prefix}_${randomBytes(24).toString('base64url')}`;
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${secret}\n`);
    await file.sync();
    await file.close();
    return secret;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Error(`others can read ${path}; run "chmod 600 ${path}"`);
  const found = (await readFile(path, 'utf8')).trim();
  if (found === '') throw new Error(`${path} is empty: write the secret into it, or remove it to get a new one`);
  return found;
}
