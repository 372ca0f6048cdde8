/** A credential's secrets, sealed for the place they stand in, and opened again for who acts on its behalf. */
import type { CredentialBody, SecretName } from '../documents.ts';
import type { WorkspaceId } from '../ids.ts';
import type { Secrets } from '../ports/secrets.ts';

export interface Keeper {
  secrets: Secrets;
  workspace: WorkspaceId;
}
export type NewSecrets = Partial<Record<SecretName, string>>;
type Kept = CredentialBody['hidden']['secrets'];
type Place = Pick<CredentialBody, 'id' | 'vault_id'>;

/** The secrets as they are kept after new ones came in; each goes one version on. */
export async function sealed(keeper: Keeper, place: Place, kept: Kept, secrets: NewSecrets): Promise<Kept> {
  const next: Kept = { ...kept };
  for (const name of names(secrets)) {
    const secret = secrets[name];
    if (secret === undefined) continue;
    const version = (kept[name]?.version ?? 0) + 1;
    next[name] = { version, sealed: await keeper.secrets.seal(placeOf(keeper, place, name, version), secret) };
  }
  return next;
}

/** Null when there is no such secret. Rejects with `SecretUnreadable` when it cannot be opened. */
export async function opened(keeper: Keeper, credential: CredentialBody, name: SecretName): Promise<string | null> {
  const kept = credential.hidden.secrets[name];
  if (kept === undefined) return null;
  return await keeper.secrets.open(placeOf(keeper, credential, name, kept.version), kept.sealed);
}

function placeOf({ workspace }: Keeper, { id, vault_id }: Place, name: SecretName, version: number) {
  return { workspace, vault: vault_id, name: `${id}.${name}`, version };
}

const NAMES: readonly SecretName[] = ['token', 'access_token', 'refresh_token', 'client_secret', 'secret_value'];

function names(secrets: NewSecrets): SecretName[] {
  return NAMES.filter((name) => secrets[name] !== undefined);
}
