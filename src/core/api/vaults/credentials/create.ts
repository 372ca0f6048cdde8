import { sealed } from '../../../credentials/seal.ts';
import type { CredentialBody } from '../../../documents.ts';
import { mint } from '../../../ids.ts';
import { type Core, isoTime, lock, newDoc, shown, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { checkMetadata } from '../../metadata.ts';
import { findOpenVault } from '../find.ts';
import { keyOf, newAuth } from './auth.ts';
import { activeCredentials, refuseTakenKey } from './find.ts';
import type { CredentialCreate } from './schema.ts';

/** Nothing is asked of the other side: whether the credential works is for `mcp_oauth_validate` to say. */
export async function createCredential(
  core: Core,
  { vault_id, body }: { vault_id: string; body: CredentialCreate },
): Promise<object> {
  return await core.serial.run(vault_id, () =>
    untilFresh(async () => {
      const vault = await findOpenVault(core, vault_id);
      const now = core.clock.now();
      const { auth, secrets } = newAuth(body.auth, { now, maxHosts: core.limits.hostsPerCredential });
      const metadata = checkMetadata(body.metadata ?? {});
      const active = await activeCredentials(core, vault_id);
      const key = keyOf(auth);
      refuseTakenKey(active, key);
      if (active.length >= core.limits.credentialsPerVault) {
        throw invalid(`vault ${vault_id} has ${active.length} credentials, which is the most it can hold`);
      }
      const place = { id: mint('vcrd', now), vault_id: vault.body.id };
      const credential: CredentialBody = {
        ...place,
        type: 'vault_credential',
        display_name: body.display_name ?? null,
        auth,
        metadata,
        created_at: isoTime(now),
        updated_at: isoTime(now),
        archived_at: null,
        hidden: { key, secrets: await sealed(core, place, {}, secrets) },
      };
      const doc = newDoc(core, 'credential', credential.id, credential, { parent: vault_id, createdAt: now });
      const committed = await core.store.commit({ puts: [lock(vault), { doc, expect: 0 }] });
      return committed.ok ? { done: shown(credential) } : 'stale';
    }),
  );
}
