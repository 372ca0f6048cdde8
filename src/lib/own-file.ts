import { open } from 'node:fs/promises';

/** Makes the file unless it is there, and sees to it that only its owner can read it, whatever folder it lies in. */
export async function ownFile(path: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) await file.chmod(0o600);
  } finally {
    await file.close();
  }
}
