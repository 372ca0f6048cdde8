import type { Core } from '../core.ts';
import { findProfile, type ProfilePlace } from './find.ts';

export async function deleteUserProfile(core: Core, place: ProfilePlace): Promise<object> {
  const { id } = await findProfile(core, place);
  await core.store.commit({ removes: [{ kind: 'user_profile', id }], forgets: true });
  return { id, type: 'user_profile_deleted' };
}
