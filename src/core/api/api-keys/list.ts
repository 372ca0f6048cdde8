import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import type { ApiKeyBody } from './body.ts';
import { apiKeyWire, findWorkspace } from './find.ts';
import type { apiKeyListQuery } from './schema.ts';

/** Of one workspace, newest first. The server's own key stands in its configuration, not here. */
export async function listApiKeys(core: Core, { query }: { query: z.output<typeof apiKeyListQuery> }): Promise<object> {
  const { data, next_page } = await listPage<ApiKeyBody>(
    core.store,
    {
      kind: 'api_key',
      workspace: await findWorkspace(core, query.workspace_id),
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_revoked ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => apiKeyWire(row.body)), next_page };
}
