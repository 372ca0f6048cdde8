import { totalmem } from 'node:os';

/** What one that rests takes with some files in it; an empty one takes a third of it. */
const BYTES_EACH = 64 * 1024 * 1024;
/** The part of the memory that those that rest may take together. */
const SHARE = 1 / 8;
const LEAST = 4;

/** As many sandboxes as there may be sessions, as far as the memory reaches. */
export function restingSandboxes(maxSessions: number, memoryBytes: number): number {
  return Math.max(LEAST, Math.min(maxSessions, Math.floor((memoryBytes * SHARE) / BYTES_EACH)));
}

/** Bytes that this process may have: the limit of its container, where there is one below what the machine has. */
export function memoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
