import type { MemoryBody } from '../../../documents.ts';
import { mint } from '../../../ids.ts';
import { type Core, isoTime, lock, newDoc, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { findWritable } from '../writable.ts';
import { memoriesOf, refuseTaken } from './find.ts';
import type { MemoryCreate, View } from './schema.ts';
import { memoryWire } from './wire.ts';
import { measured, newVersion, versionPut } from './write.ts';

/** Never overwrites: a path in use is a conflict that names the memory in the way. */
export async function createMemory(
  core: Core,
  { memory_store_id, query, body }: { memory_store_id: string; query: { view?: View | undefined }; body: MemoryCreate },
): Promise<object> {
  const { content, ...size } = measured(core, body.content ?? '');
  return await core.serial.run(memory_store_id, () =>
    untilFresh(async () => {
      const store = await findWritable(core, memory_store_id);
      const others = await memoriesOf(core, memory_store_id);
      refuseTaken(others, body.path, null);
      if (others.length >= core.limits.memoriesPerStore) {
        throw invalid(`memory store ${memory_store_id} has ${others.length} memories, which is the most it can hold`);
      }
      const now = core.clock.now();
      const named = { id: mint('mem', now), memory_store_id: store.body.id };
      const version = newVersion(core, named, { operation: 'created', path: body.path, content, ...size }, now);
      const memory: MemoryBody = {
        ...named,
        type: 'memory',
        path: body.path,
        ...size,
        memory_version_id: version.id,
        created_at: isoTime(now),
        updated_at: isoTime(now),
      };
      const doc = newDoc(core, 'memory', memory.id, memory, { parent: memory_store_id, createdAt: now });
      const committed = await core.store.commit({
        puts: [lock(store), { doc, expect: 0 }, versionPut(core, version, now)],
      });
      return committed.ok ? { done: await memoryWire(core, memory, query.view ?? 'basic') } : 'stale';
    }),
  );
}
