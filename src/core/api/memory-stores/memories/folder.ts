/** A page of a folder of memories: everything below a prefix, or its direct children with markers for the rest. Pure. */

export interface Placed {
  path: string;
}
export type Entry<Memory extends Placed> = { path: string; memory: Memory } | { path: string; memory: null };

/**
 * In the order of paths, after `after`, which is the path of the entry shown last: stable while others come and go.
 * At depth 1 what lies deeper is rolled up into one entry without a memory, whose path ends in `/`.
 */
export function folder<Memory extends Placed>(
  memories: readonly Memory[],
  { prefix, depth, after }: { prefix: string; depth: number; after: string },
): Entry<Memory>[] {
  const entries = new Map<string, Entry<Memory>>();
  for (const memory of memories) {
    if (!memory.path.startsWith(prefix)) continue;
    const slash = depth === 1 ? memory.path.indexOf('/', prefix.length) : -1;
    const path = slash === -1 ? memory.path : memory.path.slice(0, slash + 1);
    entries.set(path, slash === -1 ? { path, memory } : { path, memory: null });
  }
  return [...entries.values()].filter((entry) => entry.path > after).sort((a, b) => (a.path < b.path ? -1 : 1));
}
