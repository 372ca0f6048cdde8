/** What a backup holds, file by file. It is written last: a folder without one is no backup. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const MANIFEST = 'manifest.json';

const manifest = z.strictObject({
  format: z.literal('vigil-backup-1'),
  version: z.string(),
  taken_at: z.iso.datetime(),
  files: z
    .array(
      z.strictObject({
        /** Inside the folder, with forward slashes. */
        path: z.string().refine((path) => !path.split('/').includes('..') && !path.startsWith('/'), 'leads outside'),
        size: z.number().int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(10_000_000),
});
export type Manifest = z.infer<typeof manifest>;
export type Entry = Manifest['files'][number];

/** Not a backup, not whole, or not what was written. Says which file. */
export class BackupDamaged extends Error {
  override readonly name = 'BackupDamaged';
}

export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new BackupDamaged(`${folder} is no finished backup: it has no ${MANIFEST}`, { cause });
  });
  try {
    return manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new BackupDamaged(`${join(folder, MANIFEST)} cannot be read: it is damaged, or of another version`, {
      cause,
    });
  }
}

/** On disk when this resolves. */
export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const file = await open(join(folder, MANIFEST), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function measure(folder: string, path: string): Promise<Entry> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(join(folder, path))) {
    const bytes: Uint8Array = chunk;
    hash.update(bytes);
    size += bytes.byteLength;
  }
  return { path, size, sha256: hash.digest('hex') };
}

/** Reads everything once. Throws `BackupDamaged` at the first file that is not what was written. */
export async function verify(folder: string, tell: (line: string) => void = () => undefined): Promise<Manifest> {
  const content = await readManifest(folder);
  tell(`checking ${content.files.length} files`);
  for (const entry of content.files) {
    const found = await measure(folder, entry.path).catch((cause: unknown) => {
      throw new BackupDamaged(`${entry.path} is missing from the backup, or cannot be read`, { cause });
    });
    if (found.sha256 !== entry.sha256) throw new BackupDamaged(`${entry.path} is not what was backed up`);
  }
  return content;
}
