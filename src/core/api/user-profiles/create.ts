import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { invalid } from '../errors.ts';
import { checkMetadata } from '../metadata.ts';
import type { UserProfileBody } from './body.ts';
import { onboardedAt } from './find.ts';
import type { UserProfileCreate } from './schema.ts';

export async function createUserProfile(core: Core, { body }: { body: UserProfileCreate }): Promise<UserProfileBody> {
  const now = core.clock.now();
  const metadata = checkMetadata(body.metadata ?? {});
  if (Object.values(metadata).includes('')) throw invalid('metadata: values must not be empty', 'invalid_metadata');
  const { external_user_onboarded_at: onboarded } = body;
  const profile: UserProfileBody = {
    id: mint('uprof', now),
    type: 'user_profile',
    name: body.name ?? null,
    access_type: body.access_type ?? 'application',
    metadata,
    trust_grants: {},
    external_id: body.external_id ?? null,
    external_user_onboarded_at: onboarded === undefined ? null : onboardedAt(core, onboarded),
    created_at: isoTime(now),
    updated_at: isoTime(now),
  };
  await core.store.commit({
    puts: [{ doc: newDoc(core, 'user_profile', profile.id, profile, { createdAt: now }), expect: 0 }],
  });
  return profile;
}
