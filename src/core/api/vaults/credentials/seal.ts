/** A credential's secrets, sealed for the place they stand in, and opened again for who acts on its behalf. */
import type { CredentialBody, SecretName } from '../../../documents.ts';
import type { Core } from '../../core.ts';
import type { NewSecrets } from './auth.ts';

type Kept = CredentialBody['hidden']['secrets'];
type Place = Pick<CredentialBody, 'id' | 'vault_id'>;

/** The secrets as they are kept after new ones came in; each goes one version on. */
export async function sealed(core: Core, place: Place, kept: Kept, secrets: NewSecrets): Promise<Kept> {
  const next: Kept = { ...kept };
  for (const name of names(secrets)) {
    const secret = secrets[name];
    if (secret === undefined) continue;
    const version = (kept[name]?.version ?? 0) + 1;
    next[name] = { version, sealed: await core.secrets.seal(placeOf(core, place, name, version), secret) };
  }
  return next;
}

/** Null when there is no such secret. Rejects with `SecretUnreadable` when it cannot be opened. */
export async function opened(core: Core, credential: CredentialBody, name: SecretName): Promise<string | null> {
  const kept = credential.hidden.secrets[name];
  if (kept === undefined) return null;
  return await core.secrets.open(placeOf(core, credential, name, kept.version), kept.sealed);
}

function placeOf(core: Core, { id, vault_id }: Place, name: SecretName, version: number) {
  return { workspace: core.workspace, vault: vault_id, name: `${id}.${name}`, version };
}

const NAMES: readonly SecretName[] = ['token', 'access_token', 'refresh_token', 'client_secret', 'secret_value'];

function names(secrets: NewSecrets): SecretName[] {
  return NAMES.filter((name) => secrets[name] !== undefined);
}
