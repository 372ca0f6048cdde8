type Claims<Claim> = (limit: number) => Promise<Claim[]>;

/**
 * Claims by the oldest wake, which is quick, as long as that takes all there is; when work may have been left, the next claim
 * shares the places out among workspaces. So a crowd that comes all at once gets one claim ahead of others at most.
 */
export function shareWhenCrowded<Claim>(byAge: Claims<Claim>, byShare: Claims<Claim>): Claims<Claim> {
  let crowded = true;
  return async (limit) => {
    const leases = await (crowded ? byShare(limit) : byAge(limit));
    crowded = leases.length >= limit;
    return leases;
  };
}
