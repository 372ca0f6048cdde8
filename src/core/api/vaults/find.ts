import type { VaultBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import { invalid } from '../errors.ts';

export async function findVault(core: Core, id: string): Promise<DocRow<VaultBody>> {
  return await find<VaultBody>(core, 'vault', id);
}

/** The vault, unless it is archived. */
export async function findOpenVault(core: Core, id: string): Promise<DocRow<VaultBody>> {
  const row = await findVault(core, id);
  if (row.archived) throw invalid(`vault ${id} is archived and cannot be changed`);
  return row;
}

/** What a session may use: all exist and none is archived. */
export async function checkVaults(core: Core, ids: readonly string[]): Promise<void> {
  const rows = await core.store.getMany<VaultBody>('vault', ids);
  const found = new Map(rows.filter((row) => row.workspace === core.workspace).map((row) => [row.id, row]));
  for (const id of ids) {
    const row = found.get(id);
    if (row === undefined) throw invalid(`vault_ids: no vault ${id}`);
    if (row.archived) throw invalid(`vault_ids: vault ${id} is archived`);
  }
}
