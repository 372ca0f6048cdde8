import { backoff } from '../../lib/backoff.ts';
import type { Published } from '../investigate.ts';
import type { Claims } from '../ports/claims.ts';

const TASK = 'publishing';

/**
 * Publishes once in this process, and again only if it failed. Of several processes that start together one does it after
 * the other, so that each finds what the one before has made.
 */
export function published(
  claims: Claims,
  signal: AbortSignal,
  work: () => Promise<Published>,
): () => Promise<Published> {
  let result: Promise<Published> | null = null;

  async function inTurn(): Promise<Published> {
    for await (const _attempt of backoff(signal, { first: 50, longest: 500 })) {
      if ((await claims.take(TASK)) === null) continue;
      try {
        return await work();
      } finally {
        await claims.release([TASK]);
      }
    }
    throw new Error('stopped before the agent was published');
  }

  return () => {
    result ??= inTurn().catch((error: unknown) => {
      result = null;
      throw error;
    });
    return result;
  };
}
