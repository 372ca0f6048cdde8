import type { MemoryStoreBody } from '../../documents.ts';
import { updateDocument } from '../change-document.ts';
import type { Core } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import type { MemoryStoreUpdate } from './schema.ts';
import { findWritable } from './writable.ts';

/** An empty description clears it; a change that changes nothing keeps `updated_at`. */
export async function updateMemoryStore(
  core: Core,
  { memory_store_id, body }: { memory_store_id: string; body: MemoryStoreUpdate },
): Promise<MemoryStoreBody> {
  const read = () => findWritable(core, memory_store_id);
  return await updateDocument(core, read, ({ body: current }) => ({
    ...current,
    name: body.name ?? current.name,
    description: body.description === undefined ? current.description : (body.description ?? ''),
    metadata: patchMetadata(current.metadata, body.metadata),
  }));
}
