import type { MemoryStoreBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';

/** For good: its memories can be read, deleted and redacted, but not written. A second call changes nothing. */
export async function archiveMemoryStore(
  core: Core,
  { memory_store_id }: { memory_store_id: string },
): Promise<MemoryStoreBody> {
  return await untilFresh(async () => {
    const row = await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
    if (row.archived) return { done: row.body };
    const now = isoTime(core.clock.now());
    const body = { ...row.body, archived_at: now, updated_at: now };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, body, true), expect: row.revision }] });
    return committed.ok ? { done: body } : 'stale';
  });
}
