import type { z } from 'zod';
import type { CredentialBody } from '../../../documents.ts';
import { type Core, shown } from '../../core.ts';
import { listPage } from '../../page.ts';
import { findVault } from '../find.ts';
import type { credentialListQuery } from './schema.ts';

export async function listCredentials(
  core: Core,
  { vault_id, query }: { vault_id: string; query: z.output<typeof credentialListQuery> },
): Promise<object> {
  await findVault(core, vault_id);
  const { data, next_page } = await listPage<CredentialBody>(
    core.store,
    {
      kind: 'credential',
      workspace: core.workspace,
      parent: vault_id,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
