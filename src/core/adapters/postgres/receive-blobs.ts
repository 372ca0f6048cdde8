import type { Place } from '../../../lib/postgres.ts';
import { BlobMissing } from '../../ports/blobs.ts';
import { postgresBlobs } from './blobs.ts';
import { createReader } from './reader.ts';

/** Nobody else is there whose keys could be taken for garbage. */
const NOBODY = {
  hold: <Result>(work: () => Promise<Result>) => work(),
  whileUnheld: async (work: () => Promise<void>) => {
    await work();
    return true;
  },
};

/** Rejects with `BlobMissing` for bytes that are not what their key says. */
export async function receiveBlobs(
  place: Place,
  blobs: AsyncIterable<{ key: string; bytes: AsyncIterable<Uint8Array> }>,
): Promise<void> {
  const reader = createReader(place, 'move files', 1);
  const into = postgresBlobs(reader, NOBODY);
  try {
    for await (const { key, bytes } of blobs) {
      const put = await into.put(bytes, Number.POSITIVE_INFINITY);
      if (put.key !== key) throw new BlobMissing(`the bytes of blob ${key} are not what was written`);
    }
  } finally {
    await reader.close();
  }
}
