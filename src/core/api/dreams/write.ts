/** The difference between a store as it is and as it is to be, as one batch. */
import type { MemoryBody, MemoryStoreBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { measure } from '../../memories.ts';
import type { Batch, DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime, lock, newDoc } from '../core.ts';
import { newVersion, versionPut } from '../memory-stores/memories/write.ts';
import type { Written } from './consolidate/index.ts';

type Writes = Required<Pick<Batch, 'puts' | 'removes'>>;

/** What stands at other paths stays, unless `whole`: then the store is to hold what is written and nothing else. */
export async function writesTo(
  core: Core,
  store: DocRow<MemoryStoreBody>,
  written: readonly Written[],
  whole: boolean,
): Promise<Writes> {
  const rows = await core.store.list<MemoryBody>({
    kind: 'memory',
    workspace: core.workspace,
    parent: store.id,
    order: 'asc',
    limit: core.limits.memoriesPerStore + 1,
    includeArchived: true,
  });
  const existing = new Map(rows.map((row) => [row.body.path, row]));
  const now = core.clock.now();
  const puts = written.flatMap((one) => putsFor(core, store, existing.get(one.path), one, now));
  const kept = new Set(written.map(({ path }) => path));
  const gone = whole ? rows.filter(({ body }) => !kept.has(body.path)) : [];
  const none = { content: null, content_sha256: null, content_size_bytes: null };
  const ends = gone.map(({ body }) =>
    versionPut(core, newVersion(core, body, { operation: 'deleted', path: body.path, ...none }, now), now),
  );
  return { puts: [lock(store), ...puts, ...ends], removes: gone.map(({ id }) => ({ kind: 'memory', id })) };
}

function putsFor(
  core: Core,
  store: DocRow<MemoryStoreBody>,
  row: DocRow<MemoryBody> | undefined,
  { path, content }: Written,
  now: number,
): Writes['puts'] {
  const { content: text, ...size } = measure(content);
  if (row?.body.content_sha256 === size.content_sha256) return [];
  const operation = row === undefined ? ('created' as const) : ('modified' as const);
  const named = row?.body ?? { id: mint('mem', now), memory_store_id: store.body.id };
  const version = newVersion(core, named, { operation, path, content: text, ...size }, now);
  const memory: MemoryBody = {
    id: named.id,
    type: 'memory',
    memory_store_id: store.body.id,
    path,
    ...size,
    memory_version_id: version.id,
    created_at: row?.body.created_at ?? isoTime(now),
    updated_at: isoTime(now),
  };
  const put =
    row === undefined
      ? { doc: newDoc(core, 'memory', memory.id, memory, { parent: store.id, createdAt: now }), expect: 0 }
      : { doc: changedDoc(row, memory), expect: row.revision };
  return [put, versionPut(core, version, now)];
}
