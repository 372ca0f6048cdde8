export { diskBlobs } from './blobs.ts';
