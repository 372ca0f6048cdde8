import { isDeepStrictEqual } from 'node:util';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
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
  return await untilFresh(async () => {
    const row = await findProfile(core, place);
    const merged: UserProfileBody = {
      ...row.body,
      name: body.name === undefined ? row.body.name : body.name,
      access_type: body.access_type ?? row.body.access_type,
      metadata: patchMetadata(row.body.metadata, body.metadata, true),
      external_id: body.external_id === undefined ? row.body.external_id : body.external_id,
      external_user_onboarded_at: at ?? row.body.external_user_onboarded_at,
    };
    if (isDeepStrictEqual(merged, row.body)) return { done: row.body };
    const next = { ...merged, updated_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: next } : 'stale';
  });
}
