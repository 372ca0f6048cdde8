import type { MemoryStoreBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import { changeDocument } from '../change-document.ts';
import { type Core, find, isoTime } from '../core.ts';

/** For good: its memories can be read, deleted and redacted, but not written. A second call changes nothing. */
export async function archiveMemoryStore(
  core: Core,
  { memory_store_id }: { memory_store_id: string },
): Promise<MemoryStoreBody> {
  const read = () => find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
  const archive = ({ archived, body }: DocRow<MemoryStoreBody>) => {
    const now = isoTime(core.clock.now());
    return archived ? body : { ...body, archived_at: now, updated_at: now };
  };
  return await changeDocument(core, read, archive, true);
}
