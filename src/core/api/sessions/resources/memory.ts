/** A memory store attached to a session: under what name it stands there, and what the agent may do with it. */
import type { MemoryStoreBody } from '../../../documents.ts';
import { mint, type SessionId } from '../../../ids.ts';
import type { MemoryResourceBody } from '../../../resources.ts';
import { type Core, isoTime, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';
import type { MemoryResource } from '../schema.ts';
import type { Mounted } from './copy.ts';

const ROOT = '/mnt/memory';

/** A store of that name that is mounted already gives way to `-2`, `-3` and so on. */
export async function mountMemory(
  core: Core,
  session: SessionId,
  input: MemoryResource,
  taken: readonly string[],
): Promise<Mounted> {
  const store = await core.store.get<MemoryStoreBody>('memory_store', input.memory_store_id);
  if (store === null || store.workspace !== core.workspace) {
    throw invalid(`resources: no memory store ${input.memory_store_id}`);
  }
  if (store.archived) throw invalid(`resources: memory store ${store.id} is archived`);
  const now = core.clock.now();
  const resource: MemoryResourceBody = {
    type: 'memory_store',
    memory_store_id: store.body.id,
    access: input.access ?? 'read_write',
    name: store.body.name,
    description: store.body.description,
    instructions: input.instructions ?? input.prompt ?? null,
    mount_path: memoryPlace(store.body.name, taken),
    hidden: { attached_at: isoTime(now) },
  };
  const under = { parent: session, createdAt: now };
  return { resource, docs: [newDoc(core, 'session_resource', mint('sesrsc', now), resource, under)] };
}

export function memoryPlace(name: string, taken: readonly string[]): string {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'memory';
  for (let count = 1; ; count++) {
    const path = `${ROOT}/${count === 1 ? slug : `${slug}-${count}`}`;
    if (!taken.includes(path)) return path;
  }
}
