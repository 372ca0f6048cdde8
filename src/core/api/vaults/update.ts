import { isDeepStrictEqual } from 'node:util';
import type { VaultBody } from '../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import { findOpenVault } from './find.ts';
import type { VaultUpdate } from './schema.ts';

export async function updateVault(
  core: Core,
  { vault_id, body }: { vault_id: string; body: VaultUpdate },
): Promise<VaultBody> {
  return await untilFresh(async () => {
    const row = await findOpenVault(core, vault_id);
    const merged: VaultBody = {
      ...row.body,
      display_name: body.display_name ?? row.body.display_name,
      metadata: patchMetadata(row.body.metadata, body.metadata),
    };
    if (isDeepStrictEqual(merged, row.body)) return { done: row.body };
    const next = { ...merged, updated_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: next } : 'stale';
  });
}
