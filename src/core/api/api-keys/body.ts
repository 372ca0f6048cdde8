import type { ApiKeyId, WorkspaceId } from '../../ids.ts';
import type { KeptSecret } from '../keys/secret.ts';

/** `read` asks, `write` does what the API offers, `admin` also makes keys, endpoints of webhooks and the like. */
export type Scope = 'read' | 'write' | 'admin';

export interface ApiKeyBody {
  id: ApiKeyId;
  type: 'api_key';
  name: string;
  workspace_id: WorkspaceId;
  scope: Scope;
  created_at: string;
  expires_at: string | null;
  rotated_at: string | null;
  revoked_at: string | null;
  hidden: { secrets: KeptSecret[] };
}
