import type { MemoryStoreBody } from '../../../documents.ts';
import { type Core, find, lock, untilFresh } from '../../core.ts';
import { type MemoryPlace, memoryIn } from './find.ts';
import { checkPrecondition } from './update.ts';
import { newVersion, versionPut } from './write.ts';

/** The memory goes, its versions stay and one more says that it was deleted. Also in an archived store. */
export async function deleteMemory(
  core: Core,
  { query, ...place }: MemoryPlace & { query: { expected_content_sha256?: string | undefined } },
): Promise<object> {
  return await core.serial.run(place.memory_store_id, () =>
    untilFresh(async () => {
      const store = await find<MemoryStoreBody>(core, 'memory_store', place.memory_store_id);
      const { id, body } = await memoryIn(core, place.memory_store_id, place.memory_id);
      checkPrecondition(query.expected_content_sha256, body);
      const now = core.clock.now();
      const gone = { content: null, content_sha256: null, content_size_bytes: null };
      const version = newVersion(core, body, { operation: 'deleted', path: body.path, ...gone }, now);
      const committed = await core.store.commit({
        puts: [lock(store), versionPut(core, version, now)],
        removes: [{ kind: 'memory', id }],
      });
      return committed.ok ? { done: { id, type: 'memory_deleted' } } : 'stale';
    }),
  );
}
