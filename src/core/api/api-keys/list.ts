import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { ApiKeyBody } from './body.ts';
import { apiKeyWire, findWorkspace } from './find.ts';
import type { apiKeyListQuery } from './schema.ts';

/** Of one workspace, newest first. The server's own key stands in its configuration, not here. */
export async function listApiKeys(core: Core, { query }: { query: z.output<typeof apiKeyListQuery> }): Promise<object> {
  return await listDocuments<ApiKeyBody>(
    core,
    query,
    {
      kind: 'api_key',
      workspace: await findWorkspace(core, query.workspace_id),
      includeArchived: query.include_revoked ?? false,
    },
    apiKeyWire,
  );
}
