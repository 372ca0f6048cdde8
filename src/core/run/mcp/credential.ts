/** What opens the door of an MCP server: the token of the session's vaults, changed for a new one when it is stale. */
import { serverKey } from '../../../lib/server-key.ts';
import { isRefused, type Renewed, renew } from '../../credentials/renew.ts';
import { opened } from '../../credentials/seal.ts';
import type { CredentialBody, SessionBody, VaultBody } from '../../documents.ts';
import type { WorkspaceId } from '../../ids.ts';
import { McpFailed } from '../../ports/mcp.ts';
import type { Ports } from '../../ports/ports.ts';
import { SecretUnreadable } from '../../ports/secrets.ts';

const MAX_CREDENTIALS = 100;
/** A token that ends within this time is not worth a connection. */
const LEEWAY_MS = 10_000;

type Bank = Pick<Ports, 'store' | 'secrets' | 'outbound' | 'clock'> & { workspace: WorkspaceId };

export interface Door {
  token: string | null;
  /** The same door with a token that has just been granted; null when there is none to be had. Rejects with `McpFailed`. */
  renewed(): Promise<Door | null>;
}

/**
 * By the first of the session's vaults that holds a credential for the address; without a token when none does. A token
 * that is over is renewed first. Rejects with `McpFailed` when there is a credential that is of no use.
 */
export async function doorTo(
  ports: Pick<Ports, 'store' | 'secrets' | 'outbound' | 'clock'>,
  session: { workspace: WorkspaceId; body: Pick<SessionBody, 'vault_ids'> },
  address: string,
  signal: AbortSignal,
): Promise<Door> {
  const bank: Bank = { ...ports, workspace: session.workspace };
  const found = await find(bank, session.body.vault_ids, serverKey(address));
  if (found === null) return { token: null, renewed: async () => null };
  const token = await opened(bank, found, secretOf(found)).catch(unreadable);
  const door: Door = { token, renewed: async () => await renewed(bank, found, signal) };
  return isOver(found, ports.clock.now()) ? ((await door.renewed()) ?? door) : door;
}

async function find(bank: Bank, vaults: readonly string[], key: string): Promise<CredentialBody | null> {
  for (const vault of vaults) {
    const held = await bank.store.get<VaultBody>('vault', vault);
    if (held === null || held.archived) continue;
    const rows = await bank.store.list<CredentialBody>({
      kind: 'credential',
      workspace: bank.workspace,
      parent: vault,
      order: 'asc',
      limit: MAX_CREDENTIALS,
      includeArchived: false,
    });
    const found = rows.find(({ body }) => body.hidden.key === key)?.body;
    if (found?.hidden.secrets[secretOf(found)] !== undefined) return found;
  }
  return null;
}

function secretOf({ auth }: CredentialBody): 'access_token' | 'token' {
  return auth.type === 'mcp_oauth' ? 'access_token' : 'token';
}

function isOver({ auth }: CredentialBody, now: number): boolean {
  return auth.type === 'mcp_oauth' && auth.expires_at !== null && Date.parse(auth.expires_at) - LEEWAY_MS <= now;
}

async function renewed(bank: Bank, seen: CredentialBody, signal: AbortSignal): Promise<Door | null> {
  if (seen.auth.type !== 'mcp_oauth' || seen.auth.refresh === null) return null;
  if (isRefused(seen, bank.clock.now())) throw refused('was refused a moment ago');
  return doorOf(await renew(bank, seen, signal).catch(unreadable));
}

function doorOf(outcome: Renewed): Door | null {
  switch (outcome.status) {
    case 'succeeded':
      return { token: outcome.token, renewed: async () => null };
    case 'no_refresh_token':
      return null;
    case 'connect_error':
      throw refused('could not be used: its token endpoint did not answer');
    case 'failed':
      throw refused(`was refused${outcome.reply === null ? '' : ` by its token endpoint (${outcome.reply.status})`}`);
  }
}

function refused(what: string): McpFailed {
  return new McpFailed('authentication', `its access token is over, and the refresh token ${what}`);
}

function unreadable(cause: unknown): never {
  if (!(cause instanceof SecretUnreadable)) throw cause;
  throw new McpFailed('authentication', 'its credential cannot be opened with the key of this server', { cause });
}
