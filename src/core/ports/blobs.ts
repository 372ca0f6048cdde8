/** Bytes by content: what is uploaded through the Files and Skills APIs. Same bytes, same key. */
export interface Blobs {
  /** Streams to durable storage (fsync) and answers key and size. Stops with `BlobTooLarge` above `limit` bytes, leaving nothing. */
  put(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<{ key: string; size: number }>;
  /** The whole content. Rejects with `BlobMissing` when the key is unknown or its bytes no longer match it. */
  get(key: string): Promise<Uint8Array>;
  stream(key: string): AsyncIterable<Uint8Array>;
  /** Deletes; unknown keys are fine. The caller knows that nothing else refers to the key. */
  remove(key: string): Promise<void>;
}
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
}
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
}
