/** Who holds keys in this process, which has the directory for itself. */
import type { Blobs } from '../../ports/blobs.ts';

export function createHolds(): Pick<Blobs, 'hold' | 'whileUnheld'> {
  let count = 0;
  let alone: Promise<unknown> | null = null;
  return {
    async hold(work) {
      while (alone !== null) await alone;
      count += 1;
      try {
        return await work();
      } finally {
        count -= 1;
      }
    },
    async whileUnheld(work) {
      while (alone !== null) await alone;
      if (count > 0) return false;
      const working = work();
      alone = working.catch(() => undefined);
      try {
        await working;
        return true;
      } finally {
        alone = null;
      }
    },
  };
}
