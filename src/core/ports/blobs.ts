/** Bytes by content: what is uploaded through the Files and Skills APIs. Same bytes, same key. */
export interface Blobs {
  /** Streams to durable storage (fsync) and answers key and size. Stops with `BlobTooLarge` above `limit` bytes, leaving nothing. */
  put(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<{ key: string; size: number }>;
  /** The whole content. Rejects with `BlobMissing` when the key is unknown or its bytes no longer match it. */
  get(key: string): Promise<Uint8Array>;
  stream(key: string): AsyncIterable<Uint8Array>;
  /** Deletes; unknown keys are fine. The caller knows that nothing else refers to the key. */
  remove(key: string): Promise<void>;
  /**
   * Runs work between taking up a key and writing the document that names it. While any process does, `whileUnheld` runs
   * nothing; while that runs, this waits for it.
   */
  hold<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Runs work that finds out what nothing names and removes it; false, with nothing run, while somebody holds. */
  whileUnheld(work: () => Promise<void>): Promise<boolean>;
}
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
}
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
}
