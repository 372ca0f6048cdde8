import type { VaultBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { findVault } from './find.ts';

export async function retrieveVault(core: Core, { vault_id }: { vault_id: string }): Promise<VaultBody> {
  return (await findVault(core, vault_id)).body;
}
