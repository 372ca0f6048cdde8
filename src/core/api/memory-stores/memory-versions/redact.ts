import type { MemoryBody, MemoryVersionBody } from '../../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { findMemoryVersion, type MemoryVersionPlace } from './find.ts';

/** Takes path and content out of the past. The head of a live memory is refused; a second call changes nothing. */
export async function redactMemoryVersion(core: Core, place: MemoryVersionPlace): Promise<MemoryVersionBody> {
  return await core.serial.run(place.memory_store_id, () =>
    untilFresh(async () => {
      const row = await findMemoryVersion(core, place);
      if (row.body.redacted_at !== null) return { done: row.body };
      const memory = await core.store.get<MemoryBody>('memory', row.body.memory_id);
      if (memory?.body.memory_version_id === row.id) {
        throw invalid(`${row.id} is the present content of ${memory.id}; change or delete the memory first`);
      }
      const body: MemoryVersionBody = {
        ...row.body,
        path: null,
        content: null,
        content_sha256: null,
        content_size_bytes: null,
        redacted_at: isoTime(core.clock.now()),
        redacted_by: core.caller,
      };
      const committed = await core.store.commit({
        puts: [{ doc: changedDoc(row, body), expect: row.revision }],
        forgets: true,
      });
      return committed.ok ? { done: body } : 'stale';
    }),
  );
}
