import { isDeepStrictEqual } from 'node:util';
import type { MemoryStoreBody } from '../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import type { MemoryStoreUpdate } from './schema.ts';
import { findWritable } from './writable.ts';

/** An empty description clears it; a change that changes nothing keeps `updated_at`. */
export async function updateMemoryStore(
  core: Core,
  { memory_store_id, body }: { memory_store_id: string; body: MemoryStoreUpdate },
): Promise<MemoryStoreBody> {
  return await untilFresh(async () => {
    const row = await findWritable(core, memory_store_id);
    const merged: MemoryStoreBody = {
      ...row.body,
      name: body.name ?? row.body.name,
      description: body.description === undefined ? row.body.description : (body.description ?? ''),
      metadata: patchMetadata(row.body.metadata, body.metadata),
    };
    if (isDeepStrictEqual(merged, row.body)) return { done: row.body };
    const next = { ...merged, updated_at: isoTime(core.clock.now()) };
    const committed = await core.store.commit({ puts: [{ doc: changedDoc(row, next), expect: row.revision }] });
    return committed.ok ? { done: next } : 'stale';
  });
}
