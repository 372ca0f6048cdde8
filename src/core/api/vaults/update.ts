import type { VaultBody } from '../../documents.ts';
import { updateDocument } from '../change-document.ts';
import type { Core } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import { findOpenVault } from './find.ts';
import type { VaultUpdate } from './schema.ts';

export async function updateVault(
  core: Core,
  { vault_id, body }: { vault_id: string; body: VaultUpdate },
): Promise<VaultBody> {
  const read = () => findOpenVault(core, vault_id);
  return await updateDocument(core, read, ({ body: current }) => ({
    ...current,
    display_name: body.display_name ?? current.display_name,
    metadata: patchMetadata(current.metadata, body.metadata),
  }));
}
