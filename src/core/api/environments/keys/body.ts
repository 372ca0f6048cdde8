import type { EnvironmentId, EnvironmentKeyId } from '../../../ids.ts';
import type { KeptSecret } from '../../keys/secret.ts';

/** What the workers of one self-hosted environment call with. */
export interface EnvironmentKeyBody {
  id: EnvironmentKeyId;
  type: 'environment_key';
  environment_id: EnvironmentId;
  name: string;
  created_at: string;
  rotated_at: string | null;
  revoked_at: string | null;
  hidden: { secrets: KeptSecret[] };
}
