import type { UserProfileId } from '../../ids.ts';

/** In the shape of the beta value that the official client sends. */
export interface UserProfileBody {
  id: UserProfileId;
  type: 'user_profile';
  name: string | null;
  access_type: 'application' | 'passthrough';
  metadata: Record<string, string>;
  /** Nobody grants anything here. */
  trust_grants: Record<string, never>;
  external_id: string | null;
  external_user_onboarded_at: string | null;
  created_at: string;
  updated_at: string;
}
