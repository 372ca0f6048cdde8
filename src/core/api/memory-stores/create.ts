import type { MemoryStoreBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { checkMetadata } from '../metadata.ts';
import type { MemoryStoreCreate } from './schema.ts';

/** Names need not be unique. */
export async function createMemoryStore(core: Core, { body }: { body: MemoryStoreCreate }): Promise<MemoryStoreBody> {
  const now = core.clock.now();
  const store: MemoryStoreBody = {
    id: mint('memstore', now),
    type: 'memory_store',
    name: body.name,
    description: body.description ?? '',
    metadata: checkMetadata(body.metadata ?? {}),
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
  };
  await core.store.commit({
    puts: [{ doc: newDoc(core, 'memory_store', store.id, store, { createdAt: now }), expect: 0 }],
  });
  return store;
}
