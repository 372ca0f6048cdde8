import type { Core } from '../../core.ts';
import { type CredentialPlace, findCredential } from './find.ts';

/** For good. */
export async function deleteCredential(core: Core, place: CredentialPlace): Promise<object> {
  return await core.serial.run(place.vault_id, async () => {
    const { id } = await findCredential(core, place);
    await core.store.commit({ removes: [{ kind: 'credential', id }], forgets: true });
    return { id, type: 'vault_credential_deleted' };
  });
}
