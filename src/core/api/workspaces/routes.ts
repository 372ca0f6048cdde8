/** Workspaces and the keys that open them: ours, for whoever runs the server. */
import { createApiKey } from '../api-keys/create.ts';
import { listApiKeys } from '../api-keys/list.ts';
import { revokeApiKey } from '../api-keys/revoke.ts';
import { rotateApiKey } from '../api-keys/rotate.ts';
import { apiKeyCreate, apiKeyListQuery } from '../api-keys/schema.ts';
import { keyRotate } from '../environments/keys/schema.ts';
import { json, type Route } from '../route.ts';
import { archiveWorkspace } from './archive.ts';
import { createWorkspace } from './create.ts';
import { listWorkspaces } from './list.ts';
import { workspaceCreate, workspaceListQuery } from './schema.ts';

export const workspaceRoutes: readonly Route[] = [
  json('POST', '/admin/workspaces', { body: workspaceCreate }, createWorkspace),
  json('GET', '/admin/workspaces', { query: workspaceListQuery }, listWorkspaces),
  json('POST', '/admin/workspaces/:workspace_id/archive', {}, archiveWorkspace),
  json('POST', '/admin/api_keys', { body: apiKeyCreate }, createApiKey),
  json('GET', '/admin/api_keys', { query: apiKeyListQuery }, listApiKeys),
  json('POST', '/admin/api_keys/:key_id/rotate', { body: keyRotate }, rotateApiKey),
  json('POST', '/admin/api_keys/:key_id/revoke', {}, revokeApiKey),
];
