import { createHash } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { diskBlobs } from '../../../../src/core/adapters/disk/index.ts';
import { BlobMissing } from '../../../../src/core/ports/blobs.ts';
import { StoreUnavailable } from '../../../../src/core/ports/store.ts';
import { pieces, streamed } from '../../../contract/blobs.ts';
import { temporaryDirectory } from '../sqlite/place.ts';

async function place(): Promise<string> {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  return directory;
}
async function files(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('a blob is one file named by its hash, and failed uploads leave none', async () => {
  const directory = await place();
  const blobs = diskBlobs(directory);
  const { key } = await blobs.put(pieces('abc'), 3);
  await expect(blobs.put(pieces('abcd'), 3)).rejects.toThrow(/more than the 3 bytes/);
  expect(key).toBe(createHash('sha256').update('abc').digest('hex'));
  expect(await files(directory)).toEqual([key]);
});

test('changed bytes are noticed at every read, and putting the blob again mends it', async () => {
  const directory = await place();
  const blobs = diskBlobs(directory);
  const { key } = await blobs.put(pieces('abc'), 3);
  await writeFile(join(directory, key.slice(0, 2), key), 'abd');
  await expect(blobs.get(key)).rejects.toThrow(/changed on disk.*backup/);
  await expect(streamed(blobs, key)).rejects.toBeInstanceOf(BlobMissing);
  await blobs.put(pieces('abc'), 3);
  expect(await streamed(blobs, key)).toBe('abc');
});

test('uploads that a crash cut short are swept away after an hour', async () => {
  const directory = await place();
  await mkdir(join(directory, 'incoming'));
  for (const [name, age] of [
    ['old', 7_200],
    ['young', 60],
  ] as const) {
    await writeFile(join(directory, 'incoming', name), 'half');
    await utimes(join(directory, 'incoming', name), 0, Date.now() / 1_000 - age);
  }
  const { key } = await diskBlobs(directory).put(pieces('x'), 1);
  expect((await files(directory)).sort()).toEqual([key, 'young'].sort());
});

test('a disk that fails is said to be unavailable, and is tried again', async () => {
  const directory = join(await place(), 'blobs');
  const blobs = diskBlobs(directory);
  async function* full() {
    yield Buffer.from('x');
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  }
  await expect(blobs.put(full(), 10)).rejects.toBeInstanceOf(StoreUnavailable);
  await expect(blobs.put(full(), 10)).rejects.toThrow(/disk is full\. Free some space/);
  await expect(blobs.put(pieces('x'), 10)).resolves.toMatchObject({ size: 1 });
});
