import { StoreUnavailable } from '../../ports/store.ts';

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space; the server goes on by itself',
  EDQUOT: 'the disk quota is used up. Free some space; the server goes on by itself',
  EROFS: 'the data directory is read-only. Mount it read-write, or choose another one',
  EACCES: 'the data directory is not writable. Give the user that runs this server write permission',
  EPERM: 'the data directory is not writable. Give the user that runs this server write permission',
  EIO: 'the disk failed. Check it and the system log',
};

/** Failures of the disk become `StoreUnavailable` with advice; everything else stays what it is. */
export function toUnavailable(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  const advice = ADVICE[error.code];
  return advice
    ? new StoreUnavailable(`Files cannot be stored: ${advice} (${error.message}).`, { cause: error })
    : error;
}
