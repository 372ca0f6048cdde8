import type { Core } from '../core.ts';
import type { UserProfileBody } from './body.ts';
import { findProfile, type ProfilePlace } from './find.ts';

export async function retrieveUserProfile(core: Core, place: ProfilePlace): Promise<UserProfileBody> {
  return (await findProfile(core, place)).body;
}
