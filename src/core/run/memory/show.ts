/** Brings the memory folders of a sandbox up to date: what others wrote since they were last shown. */
import type { MemoryBody, MemoryVersionBody } from '../../documents.ts';
import type { FolderFile, Sandbox } from '../../ports/sandbox.ts';
import type { Turn } from '../turn.ts';
import type { Seen } from './seen.ts';
import { memoriesOf, storesOf } from './stores.ts';

const maxNamed = 20;

/**
 * Answers what the agent should hear: which files are no longer as it saw them. Costs one read when nothing has changed,
 * and nothing where no store is mounted. Of a deleted store nothing stays.
 */
export async function showMemories(turn: Turn, sandbox: Sandbox, seen: Seen): Promise<string[]> {
  const { memories: mounts } = await turn.mounts();
  if (mounts.length === 0) return [];
  const changed: string[] = [];
  const stores = await storesOf(
    turn,
    mounts.map((mount) => mount.memory_store_id),
  );
  for (const [index, mount] of mounts.entries()) {
    const store = stores[index] ?? null;
    const known = seen.get(mount.memory_store_id) ?? { revision: 0, hashes: new Map<string, string>() };
    const revision = store?.revision ?? 0;
    if (known.revision === revision) continue;
    const memories = store === null ? [] : (await memoriesOf(turn, store.id)).map((row) => row.body);
    const stale = memories.filter((memory) => known.hashes.get(memory.path) !== memory.content_sha256);
    const paths = new Set(memories.map((memory) => memory.path));
    const gone = [...known.hashes.keys()].filter((path) => !paths.has(path));
    await sandbox.put([
      ...gone.map((path) => ({ path: mount.mount_path + path, bytes: null })),
      ...(await filesOf(turn, mount.mount_path, stale)),
    ]);
    const hashes = new Map(memories.map((memory) => [memory.path, memory.content_sha256]));
    const news = [...gone, ...stale.map((memory) => memory.path)].map((path) => mount.mount_path + path);
    if (known.revision !== 0) changed.push(...news);
    seen.set(mount.memory_store_id, { revision, hashes });
  }
  if (changed.length === 0) return [];
  const more = changed.length > maxNamed ? ` and ${changed.length - maxNamed} more` : '';
  const names = changed.slice(0, maxNamed).join(', ');
  return [`Changed by somebody else since you last looked: ${names}${more}. Read again before you rely on it.`];
}

/** Memories as files below the place where their store is mounted. */
export async function filesOf(turn: Turn, place: string, memories: readonly MemoryBody[]): Promise<FolderFile[]> {
  const heads = memories.map((memory) => memory.memory_version_id);
  const versions = await turn.ports.store.getMany<MemoryVersionBody>('memory_version', heads);
  const contents = new Map(versions.map(({ body }) => [body.id, body.content]));
  return memories.map((memory) => ({
    path: place + memory.path,
    bytes: new TextEncoder().encode(contents.get(memory.memory_version_id) ?? ''),
  }));
}
