import type { z } from 'zod';
import type { MemoryStoreBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import { timeRange } from '../query.ts';
import type { memoryStoreListQuery } from './schema.ts';

export async function listMemoryStores(
  core: Core,
  { query }: { query: z.output<typeof memoryStoreListQuery> },
): Promise<object> {
  const created = timeRange(query);
  const { data, next_page } = await listPage<MemoryStoreBody>(
    core.store,
    {
      kind: 'memory_store',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
      ...(created === null ? {} : { createdAt: created }),
    },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}
