import type { z } from 'zod';
import type { VaultBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listPage } from '../page.ts';
import type { vaultListQuery } from './schema.ts';

export async function listVaults(core: Core, { query }: { query: z.output<typeof vaultListQuery> }): Promise<object> {
  const { data, next_page } = await listPage<VaultBody>(
    core.store,
    {
      kind: 'vault',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => row.body), next_page };
}
