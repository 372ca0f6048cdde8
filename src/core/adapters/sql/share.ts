import type { Lease } from '../../ports/engine.ts';

type Claim = (limit: number) => Promise<Lease[]>;

/**
 * Claims by the oldest wake, which is quick, as long as that takes all there is; when work may have been left, the next claim
 * shares the places out among workspaces. So a crowd that comes all at once gets one claim ahead of others at most.
 */
export function shareWhenCrowded(byAge: Claim, byShare: Claim): Claim {
  let crowded = true;
  return async (limit) => {
    const leases = await (crowded ? byShare(limit) : byAge(limit));
    crowded = leases.length >= limit;
    return leases;
  };
}
