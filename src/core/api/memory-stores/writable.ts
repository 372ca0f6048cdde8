import type { MemoryStoreBody } from '../../documents.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import { invalid } from '../errors.ts';

/** The store, unless it is archived: then it can only be read and emptied. */
export async function findWritable(core: Core, id: string): Promise<DocRow<MemoryStoreBody>> {
  const row = await find<MemoryStoreBody>(core, 'memory_store', id);
  if (row.archived) throw invalid(`memory store ${id} is archived and cannot be written to`);
  return row;
}
