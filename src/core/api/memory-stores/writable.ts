import type { MemoryStoreBody } from '../../documents.ts';
import type { Doc, DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, find } from '../core.ts';
import { invalid } from '../errors.ts';

export type StoreRow = DocRow<MemoryStoreBody>;

/** The store, unless it is archived: then it can only be read and emptied. */
export async function findWritable(core: Core, id: string): Promise<StoreRow> {
  const row = await find<MemoryStoreBody>(core, 'memory_store', id);
  if (row.archived) throw invalid(`memory store ${id} is archived and cannot be written to`);
  return row;
}

/**
 * Part of every write to the store's memories: the store as it is, at its next revision. Of two writers that read the
 * same state one then finds it stale, also on another node, and what was checked against all memories still holds.
 */
export function lock(row: StoreRow): { doc: Omit<Doc, 'revision'>; expect: number } {
  return { doc: changedDoc(row, row.body), expect: row.revision };
}
