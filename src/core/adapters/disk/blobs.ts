import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobMissing, type Blobs, BlobTooLarge } from '../../ports/blobs.ts';
import { createHolds } from './holds.ts';
import { toUnavailable } from './unavailable.ts';

const KEY = /^[0-9a-f]{64}$/;
/** Uploads older than this that never finished are swept away when the store is first written to. */
const ABANDONED_MS = 3_600_000;

/**
 * Blobs as files named by their SHA-256 under `directory`, which is made when first needed. A file appears under its
 * name only when it is whole and on disk. Rejects with `StoreUnavailable` when the disk is full, read-only or failing.
 */
export function diskBlobs(directory: string): Blobs {
  const incoming = join(directory, 'incoming');
  const shard = (key: string) => join(directory, key.slice(0, 2));
  const place = (key: string) => join(shard(key), key);
  let ready: Promise<void> | null = null;

  function prepared(): Promise<void> {
    ready ??= prepare(incoming).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  }

  async function put(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<{ key: string; size: number }> {
    await prepared();
    const draft = join(incoming, randomUUID());
    try {
      const { key, size } = await writeDraft(draft, bytes, limit);
      if (await mkdir(shard(key), { recursive: true, mode: 0o700 })) await syncDirectory(directory);
      await rename(draft, place(key));
      await syncDirectory(shard(key));
      return { key, size };
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async function get(key: string): Promise<Uint8Array> {
    checkKey(key);
    const bytes = await readFile(place(key)).catch((error: unknown) => {
      throw missingOr(error, key);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== key) throw damaged(key);
    return bytes;
  }

  async function* stream(key: string): AsyncGenerator<Uint8Array> {
    checkKey(key);
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(place(key))) {
        const bytes: Uint8Array = chunk;
        hash.update(bytes);
        yield bytes;
      }
    } catch (error) {
      throw missingOr(error, key);
    }
    if (hash.digest('hex') !== key) throw damaged(key);
  }

  return {
    ...createHolds(),
    put: (bytes, limit) =>
      put(bytes, limit).catch((error: unknown) => {
        throw toUnavailable(error);
      }),
    get,
    stream,
    async remove(key) {
      if (!KEY.test(key)) return;
      await rm(place(key), { force: true }).catch((error: unknown) => {
        throw toUnavailable(error);
      });
    },
  };
}

async function prepare(incoming: string): Promise<void> {
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > ABANDONED_MS) await rm(path, { force: true });
  }
}

async function writeDraft(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ key: string; size: number }> {
  const file = await open(path, 'wx', 0o600);
  try {
    return await fill(file, bytes, limit);
  } finally {
    await file.close();
  }
}

async function fill(
  file: FileHandle,
  bytes: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ key: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.byteLength;
    if (size > limit) throw new BlobTooLarge(`more than the ${limit} bytes allowed`);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { key: hash.digest('hex'), size };
}

/** Without this the new name may be lost with the power though the bytes are safe. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function checkKey(key: string): void {
  if (!KEY.test(key)) throw new BlobMissing(`${JSON.stringify(key)} is not the key of a blob`);
}

function missingOr(error: unknown, key: string): unknown {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return new BlobMissing(`no blob ${key}`, { cause: error });
  }
  return toUnavailable(error);
}

function damaged(key: string): BlobMissing {
  return new BlobMissing(`the bytes of blob ${key} have changed on disk; restore the file from a backup`);
}
