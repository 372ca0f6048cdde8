import type { MemoryStoreBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';

export async function retrieveMemoryStore(
  core: Core,
  { memory_store_id }: { memory_store_id: string },
): Promise<MemoryStoreBody> {
  return (await find<MemoryStoreBody>(core, 'memory_store', memory_store_id)).body;
}
