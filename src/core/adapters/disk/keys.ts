import { readdir } from 'node:fs/promises';

const KEY = /^[0-9a-f]{64}$/;

/** Of all blobs in a directory; none where there is no such directory. */
export async function blobKeys(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isFile() && KEY.test(entry.name)).map((entry) => entry.name);
}
