import type { z } from 'zod';
import type { CredentialBody } from '../../../documents.ts';
import { type Core, shown } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import { findVault } from '../find.ts';
import type { credentialListQuery } from './schema.ts';

export async function listCredentials(
  core: Core,
  { vault_id, query }: { vault_id: string; query: z.output<typeof credentialListQuery> },
): Promise<object> {
  await findVault(core, vault_id);
  return await listDocuments<CredentialBody>(core, query, { kind: 'credential', parent: vault_id }, shown);
}
