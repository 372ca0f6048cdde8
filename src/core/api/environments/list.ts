import type { z } from 'zod';
import type { EnvironmentBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import type { environmentListQuery } from './schema.ts';

export async function listEnvironments(
  core: Core,
  { query }: { query: z.output<typeof environmentListQuery> },
): Promise<object> {
  const { data, next_page } = await listPage<EnvironmentBody>(
    core.store,
    {
      kind: 'environment',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}
