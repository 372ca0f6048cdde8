import type { Core } from '../../core.ts';
import { findMemory, type MemoryPlace } from './find.ts';
import type { View } from './schema.ts';
import { memoryWire } from './wire.ts';

export async function retrieveMemory(
  core: Core,
  { query, ...place }: MemoryPlace & { query: { view?: View | undefined } },
): Promise<object> {
  return await memoryWire(core, (await findMemory(core, place)).body, query.view ?? 'full');
}
