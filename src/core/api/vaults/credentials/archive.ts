import { type Core, isoTime, shown, untilFresh } from '../../core.ts';
import { type CredentialPlace, findCredential } from './find.ts';
import { purged, purgedPut } from './purge.ts';

/** Its secrets are purged and its server or variable is free for another. A second call changes nothing. */
export async function archiveCredential(core: Core, place: CredentialPlace): Promise<object> {
  return await core.serial.run(place.vault_id, () =>
    untilFresh(async () => {
      const row = await findCredential(core, place);
      if (row.archived) return { done: shown(row.body) };
      const now = isoTime(core.clock.now());
      const committed = await core.store.commit({ puts: [purgedPut(row, now)], forgets: true });
      return committed.ok ? { done: shown(purged(row.body, now)) } : 'stale';
    }),
  );
}
