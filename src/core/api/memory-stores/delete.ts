import type { MemoryStoreBody } from '../../documents.ts';
import { type Core, find, lock, untilFresh } from '../core.ts';
import { removeUnder } from '../remove-under.ts';

/** For good, with memories and all their versions. Broken off halfway it can be called again. */
export async function deleteMemoryStore(core: Core, { memory_store_id }: { memory_store_id: string }): Promise<object> {
  return await core.serial.run(memory_store_id, () =>
    untilFresh(async () => {
      const row = await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
      await removeUnder(core, 'memory_version', memory_store_id);
      await removeUnder(core, 'memory', memory_store_id);
      const committed = await core.store.commit({
        // Refused when somebody wrote to the store meanwhile; what they wrote is then removed too.
        puts: [lock(row)],
        removes: [{ kind: 'memory_store', id: memory_store_id }],
        forgets: true,
      });
      return committed.ok ? { done: { id: memory_store_id, type: 'memory_store_deleted' } } : 'stale';
    }),
  );
}
