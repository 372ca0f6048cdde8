import { type Core, lock, untilFresh } from '../core.ts';
import { removeUnder } from '../remove-under.ts';
import { findVault } from './find.ts';

/** For good, with all its credentials. Broken off halfway it can be called again. */
export async function deleteVault(core: Core, { vault_id }: { vault_id: string }): Promise<object> {
  return await core.serial.run(vault_id, () =>
    untilFresh(async () => {
      const row = await findVault(core, vault_id);
      await removeUnder(core, 'credential', vault_id);
      const committed = await core.store.commit({
        // Refused when somebody added a credential meanwhile, which is then removed too.
        puts: [lock(row)],
        removes: [{ kind: 'vault', id: vault_id }],
        forgets: true,
      });
      return committed.ok ? { done: { id: vault_id, type: 'vault_deleted' } } : 'stale';
    }),
  );
}
