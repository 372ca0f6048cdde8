import { serverKey } from '../../../lib/server-key.ts';
import type { CredentialBody, SessionBody, VaultBody } from '../../documents.ts';
import type { WorkspaceId } from '../../ids.ts';
import type { Ports } from '../../ports/ports.ts';

const MAX_CREDENTIALS = 100;

/**
 * The token for a server: from the first of the session's vaults that holds a credential for its address, null when
 * none does. Rejects with `SecretUnreadable` when it cannot be opened.
 */
export async function tokenFor(
  { store, secrets }: Pick<Ports, 'store' | 'secrets'>,
  session: { workspace: WorkspaceId; body: Pick<SessionBody, 'vault_ids'> },
  address: string,
): Promise<string | null> {
  const key = serverKey(address);
  for (const vault of session.body.vault_ids) {
    const held = await store.get<VaultBody>('vault', vault);
    if (held === null || held.archived) continue;
    const rows = await store.list<CredentialBody>({
      kind: 'credential',
      workspace: session.workspace,
      parent: vault,
      order: 'asc',
      limit: MAX_CREDENTIALS,
      includeArchived: false,
    });
    const found = rows.find(({ body }) => body.hidden.key === key)?.body;
    const name = found?.auth.type === 'mcp_oauth' ? 'access_token' : 'token';
    const kept = found?.hidden.secrets[name];
    if (found === undefined || kept === undefined) continue;
    const place = { workspace: session.workspace, vault, name: `${found.id}.${name}`, version: kept.version };
    return await secrets.open(place, kept.sealed);
  }
  return null;
}
