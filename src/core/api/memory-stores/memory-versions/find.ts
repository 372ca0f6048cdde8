import type { MemoryStoreBody, MemoryVersionBody } from '../../../documents.ts';
import type { DocRow } from '../../../ports/store.ts';
import { type Core, find } from '../../core.ts';
import { notFound } from '../../errors.ts';
import type { View } from '../memories/schema.ts';

export interface MemoryVersionPlace {
  memory_store_id: string;
  memory_version_id: string;
}

export async function findMemoryVersion(
  core: Core,
  { memory_store_id, memory_version_id }: MemoryVersionPlace,
): Promise<DocRow<MemoryVersionBody>> {
  await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
  const row = await core.store.get<MemoryVersionBody>('memory_version', memory_version_id);
  if (row === null || row.parent !== memory_store_id) throw notFound('memory version', memory_version_id);
  return row;
}

export function versionWire(version: MemoryVersionBody, view: View): MemoryVersionBody {
  return view === 'full' ? version : { ...version, content: null };
}
