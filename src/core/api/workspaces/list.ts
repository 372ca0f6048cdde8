import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import { HOME, type WorkspaceBody } from './all.ts';
import type { workspaceListQuery } from './schema.ts';

/** Newest first; the one the server's own key is at home in is not among them. */
export async function listWorkspaces(
  core: Core,
  { query }: { query: z.output<typeof workspaceListQuery> },
): Promise<object> {
  const { data, next_page } = await listPage<WorkspaceBody>(
    core.store,
    {
      kind: 'workspace',
      workspace: HOME,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}
