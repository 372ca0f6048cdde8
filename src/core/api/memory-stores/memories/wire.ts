/** Memories as the wire shows them: with their content only when the view asks for it. */
import type { MemoryBody, MemoryVersionBody } from '../../../documents.ts';
import type { Core } from '../../core.ts';
import type { View } from './schema.ts';

export async function memoryWire(core: Core, memory: MemoryBody, view: View): Promise<object> {
  const [shown] = await memoriesWire(core, [memory], view);
  return shown ?? memory;
}

export async function memoriesWire(core: Core, memories: readonly MemoryBody[], view: View): Promise<object[]> {
  if (view === 'basic') return memories.map((memory) => ({ ...memory, content: null }));
  const heads = memories.map((memory) => memory.memory_version_id);
  const versions = await core.store.getMany<MemoryVersionBody>('memory_version', heads);
  const contents = new Map(versions.map(({ body }) => [body.id, body.content]));
  return memories.map((memory) => ({ ...memory, content: contents.get(memory.memory_version_id) ?? null }));
}
