import type { z } from 'zod';
import type { VaultBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { vaultListQuery } from './schema.ts';

export async function listVaults(core: Core, { query }: { query: z.output<typeof vaultListQuery> }): Promise<object> {
  return await listDocuments<VaultBody>(core, query, { kind: 'vault' });
}
