import { onTestFinished } from 'vitest';
import { diskBlobs } from '../../src/core/adapters/disk/index.ts';
import { temporaryDirectory } from '../core/adapters/sqlite/place.ts';
import { blobsContract } from './blobs.ts';

blobsContract('blobs on disk', async () => {
  const { directory, dispose } = await temporaryDirectory();
  onTestFinished(dispose);
  return diskBlobs(directory);
});
