import type { VaultBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { checkMetadata } from '../metadata.ts';
import type { VaultCreate } from './schema.ts';

export async function createVault(core: Core, { body }: { body: VaultCreate }): Promise<VaultBody> {
  const now = core.clock.now();
  const vault: VaultBody = {
    id: mint('vlt', now),
    type: 'vault',
    display_name: body.display_name,
    metadata: checkMetadata(body.metadata ?? {}),
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
  };
  await core.store.commit({ puts: [{ doc: newDoc(core, 'vault', vault.id, vault, { createdAt: now }), expect: 0 }] });
  return vault;
}
