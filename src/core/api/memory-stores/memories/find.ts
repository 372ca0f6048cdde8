/** Memories of a store, and what stands in the way of a path among them. */
import type { MemoryBody, MemoryStoreBody } from '../../../documents.ts';
import { overlap } from '../../../memories.ts';
import type { DocRow } from '../../../ports/store.ts';
import { type Core, find } from '../../core.ts';
import { conflict, notFound } from '../../errors.ts';

export type MemoryRow = DocRow<MemoryBody>;

export interface MemoryPlace {
  memory_store_id: string;
  memory_id: string;
}

export async function findMemory(core: Core, { memory_store_id, memory_id }: MemoryPlace): Promise<MemoryRow> {
  await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
  return await memoryIn(core, memory_store_id, memory_id);
}

export async function memoryIn(core: Core, store: string, id: string): Promise<MemoryRow> {
  const row = await core.store.get<MemoryBody>('memory', id);
  if (row === null || row.parent !== store) throw notFound('memory', id);
  return row;
}

/** All of them: without their content they are small, and there are at most 2,000. */
export async function memoriesOf(core: Core, store: string): Promise<MemoryBody[]> {
  const rows = await core.store.list<MemoryBody>({
    kind: 'memory',
    workspace: core.workspace,
    parent: store,
    order: 'asc',
    limit: core.limits.memoriesPerStore + 1,
    includeArchived: true,
  });
  return rows.map((row) => row.body);
}

/** A path that is taken, or lies above or below one that is, answers 409 and names who is in the way. */
export function refuseTaken(others: readonly MemoryBody[], path: string, except: string | null): void {
  const taken = others.find((other) => other.id !== except && overlap(other.path, path));
  if (taken === undefined) return;
  throw conflict(
    `path: ${path} is in the way of ${taken.path}; rename or delete ${taken.id} first`,
    'memory_path_conflict_error',
    { conflicting_memory_id: taken.id, conflicting_path: taken.path },
  );
}
