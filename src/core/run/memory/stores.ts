/** Memory stores and what is in them, as they are now. */
import type { MemoryBody, MemoryStoreBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import type { Turn } from '../turn.ts';

/** All of a store's memories, without their content. */
export async function memoriesOf(turn: Turn, store: string): Promise<DocRow<MemoryBody>[]> {
  return await turn.ports.store.list<MemoryBody>({
    kind: 'memory',
    workspace: turn.workspace,
    parent: store,
    order: 'asc',
    limit: turn.limits.memoriesPerStore + 1,
    includeArchived: true,
  });
}

/** In the order asked; null where the store is gone. */
export async function storesOf(turn: Turn, ids: readonly string[]): Promise<(DocRow<MemoryStoreBody> | null)[]> {
  const rows = await turn.ports.store.getMany<MemoryStoreBody>('memory_store', ids);
  return ids.map((id) => rows.find((row) => row.id === id) ?? null);
}
