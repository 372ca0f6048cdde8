import { isDeepStrictEqual } from 'node:util';
import { sealed } from '../../../credentials/seal.ts';
import type { CredentialBody } from '../../../documents.ts';
import { type Core, changedDoc, isoTime, shown, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { patchMetadata } from '../../metadata.ts';
import { changedAuth } from './auth.ts';
import { type CredentialPlace, findCredential } from './find.ts';
import type { CredentialUpdate } from './schema.ts';

/** Rotates secrets and changes what may be changed. Sessions that run see the new secret at their next use of it. */
export async function updateCredential(
  core: Core,
  { body, ...place }: CredentialPlace & { body: CredentialUpdate },
): Promise<object> {
  return await core.serial.run(place.vault_id, () =>
    untilFresh(async () => {
      const row = await findCredential(core, place);
      const current = row.body;
      if (row.archived) throw invalid(`credential ${row.id} is archived and cannot be changed`);
      const now = core.clock.now();
      const rules = { now, maxHosts: core.limits.hostsPerCredential };
      const { auth, secrets } =
        body.auth === undefined ? { auth: current.auth, secrets: {} } : changedAuth(current.auth, body.auth, rules);
      const merged: CredentialBody = {
        ...current,
        auth,
        display_name: body.display_name === undefined ? current.display_name : body.display_name,
        metadata: patchMetadata(current.metadata, body.metadata),
        hidden: { ...current.hidden, secrets: await sealed(core, current, current.hidden.secrets, secrets) },
      };
      if (isDeepStrictEqual(merged, current)) return { done: shown(current) };
      const next = { ...merged, updated_at: isoTime(now) };
      const committed = await core.store.commit({
        puts: [{ doc: changedDoc(row, next), expect: row.revision }],
        forgets: true,
      });
      return committed.ok ? { done: shown(next) } : 'stale';
    }),
  );
}
