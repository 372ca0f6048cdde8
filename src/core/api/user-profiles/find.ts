import type { DocRow } from '../../ports/store.ts';
import { type Core, find, isoTime } from '../core.ts';
import { invalid } from '../errors.ts';
import type { UserProfileBody } from './body.ts';

export interface ProfilePlace {
  user_profile_id: string;
}

export async function findProfile(core: Core, { user_profile_id }: ProfilePlace): Promise<DocRow<UserProfileBody>> {
  return await find<UserProfileBody>(core, 'user_profile', user_profile_id);
}

/** In UTC. Clocks differ by a minute; nobody has joined later than that. */
export function onboardedAt(core: Core, given: string): string {
  const at = Date.parse(given);
  if (at > core.clock.now() + 60_000) throw invalid('external_user_onboarded_at: must not lie in the future');
  return isoTime(at);
}
