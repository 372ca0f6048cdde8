export { diskBlobs } from './blobs.ts';
export { blobKeys } from './keys.ts';
