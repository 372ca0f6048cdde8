import type { VaultBody } from '../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { activeCredentials } from './credentials/find.ts';
import { purgedPut } from './credentials/purge.ts';
import { findVault } from './find.ts';

/** The credentials are archived with it and their secrets purged; the records stay. A second call changes nothing. */
export async function archiveVault(core: Core, { vault_id }: { vault_id: string }): Promise<VaultBody> {
  return await core.serial.run(vault_id, () =>
    untilFresh(async () => {
      const row = await findVault(core, vault_id);
      if (row.archived) return { done: row.body };
      const now = isoTime(core.clock.now());
      const body = { ...row.body, archived_at: now, updated_at: now };
      const credentials = await activeCredentials(core, vault_id);
      const committed = await core.store.commit({
        puts: [
          { doc: changedDoc(row, body, true), expect: row.revision },
          ...credentials.map((credential) => purgedPut(credential, now)),
        ],
        forgets: true,
      });
      return committed.ok ? { done: body } : 'stale';
    }),
  );
}
