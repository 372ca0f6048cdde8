/** One change of a memory and the version that records it, ready to be committed together. */
import type { MemoryBody, MemoryVersionBody } from '../../../documents.ts';
import { type Measured, measure, memoryVersion } from '../../../memories.ts';
import type { Doc } from '../../../ports/store.ts';
import { type Core, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';

export function measured(core: Core, content: string): Measured {
  const made = measure(content);
  if (made.content_size_bytes > core.limits.memoryBytes) {
    throw invalid(`content: ${made.content_size_bytes} bytes; a memory holds at most ${core.limits.memoryBytes}`);
  }
  return made;
}

/** The next version of a memory, written by whoever calls. */
export function newVersion(
  core: Core,
  of: Pick<MemoryBody, 'id' | 'memory_store_id'>,
  recorded: Parameters<typeof memoryVersion>[1],
  now: number,
): MemoryVersionBody {
  return memoryVersion(of, recorded, core.caller, now);
}

export function versionPut(
  core: Core,
  version: MemoryVersionBody,
  now: number,
): { doc: Omit<Doc, 'revision'>; expect: 0 } {
  const under = { parent: version.memory_store_id, createdAt: now };
  return { doc: newDoc(core, 'memory_version', version.id, version, under), expect: 0 };
}
