import type { Claim, Claims } from '../../sre/ports/claims.ts';

/** A file belongs to one process, which holds whatever it asks for. */
export function soleClaims(): Claims {
  const held = new Map<string, AbortController & { claim: Claim }>();
  const end = (keys: Iterable<string>) => {
    for (const key of [...keys]) {
      held.get(key)?.abort();
      held.delete(key);
    }
  };
  return {
    async take(key) {
      const known = held.get(key);
      if (known !== undefined) return known.claim;
      const over = new AbortController();
      const claim: Claim = { signal: over.signal, holds: () => !over.signal.aborted };
      held.set(key, Object.assign(over, { claim }));
      return claim;
    },
    held: () => [...held.keys()],
    release: async (keys) => end(keys),
    close: async () => end(held.keys()),
  };
}
