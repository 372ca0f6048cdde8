/** User profiles: kept as nouns, there is nothing to enroll in. */
import { json, type Route } from '../route.ts';
import { createUserProfile } from './create.ts';
import { deleteUserProfile } from './delete.ts';
import { createActionUrl, createEnrollmentUrl } from './enrollment-url.ts';
import { listUserProfiles } from './list.ts';
import { retrieveUserProfile } from './retrieve.ts';
import { actionUrlCreate, userProfileCreate, userProfileListQuery, userProfileUpdate } from './schema.ts';
import { updateUserProfile } from './update.ts';

const userProfile = '/user_profiles/:user_profile_id';

export const userProfileRoutes: readonly Route[] = [
  json('POST', '/user_profiles', { body: userProfileCreate }, createUserProfile),
  json('GET', '/user_profiles', { query: userProfileListQuery }, listUserProfiles),
  json('GET', userProfile, {}, retrieveUserProfile),
  json('POST', userProfile, { body: userProfileUpdate }, updateUserProfile),
  json('DELETE', userProfile, {}, deleteUserProfile),
  json('POST', `${userProfile}/enrollment_url`, {}, createEnrollmentUrl),
  json('POST', `${userProfile}/action_urls`, { body: actionUrlCreate }, createActionUrl),
];
