import type { CredentialBody } from '../../../documents.ts';
import type { DocRow } from '../../../ports/store.ts';
import type { Core } from '../../core.ts';
import { conflict, notFound } from '../../errors.ts';
import { findVault } from '../find.ts';

export interface CredentialPlace {
  vault_id: string;
  credential_id: string;
}

export async function findCredential(
  core: Core,
  { vault_id, credential_id }: CredentialPlace,
): Promise<DocRow<CredentialBody>> {
  await findVault(core, vault_id);
  const row = await core.store.get<CredentialBody>('credential', credential_id);
  if (row === null || row.parent !== vault_id) throw notFound('credential', credential_id);
  return row;
}

export async function activeCredentials(core: Core, vault: string): Promise<DocRow<CredentialBody>[]> {
  return await core.store.list<CredentialBody>({
    kind: 'credential',
    workspace: core.workspace,
    parent: vault,
    order: 'asc',
    limit: core.limits.credentialsPerVault + 1,
    includeArchived: false,
  });
}

/** Two active credentials of one vault cannot be for the same server or variable. */
export function refuseTakenKey(active: readonly DocRow<CredentialBody>[], key: string): void {
  const taken = active.find((row) => row.body.hidden.key === key);
  if (taken !== undefined) throw conflict(`auth: credential ${taken.id} is for the same ${key}; archive or change it`);
}
