import { updateDocument } from '../change-document.ts';
import type { Core } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import type { UserProfileBody } from './body.ts';
import { findProfile, onboardedAt, type ProfilePlace } from './find.ts';
import type { UserProfileUpdate } from './schema.ts';

/** An empty string removes a key of the metadata; when the person joined can be changed, not cleared. */
export async function updateUserProfile(
  core: Core,
  { body, ...place }: ProfilePlace & { body: UserProfileUpdate },
): Promise<UserProfileBody> {
  const { external_user_onboarded_at: onboarded } = body;
  const at = onboarded === undefined ? null : onboardedAt(core, onboarded);
  const read = () => findProfile(core, place);
  return await updateDocument(core, read, ({ body: current }) => ({
    ...current,
    name: body.name === undefined ? current.name : body.name,
    access_type: body.access_type ?? current.access_type,
    metadata: patchMetadata(current.metadata, body.metadata, true),
    external_id: body.external_id === undefined ? current.external_id : body.external_id,
    external_user_onboarded_at: at ?? current.external_user_onboarded_at,
  }));
}
