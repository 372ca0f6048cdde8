import type { MemoryBody, MemoryVersionBody } from '../../../documents.ts';
import type { Measured } from '../../../memories.ts';
import { type Core, changedDoc, isoTime, lock, untilFresh } from '../../core.ts';
import { conflict } from '../../errors.ts';
import { findWritable } from '../writable.ts';
import { type MemoryPlace, memoriesOf, memoryIn, refuseTaken } from './find.ts';
import type { MemoryUpdate, View } from './schema.ts';
import { memoryWire } from './wire.ts';
import { measured, newVersion, versionPut } from './write.ts';

/**
 * Content, path or both; the id stays. A memory that already is what was asked for is answered as it is, whatever the
 * precondition says, so that a retry after a lost answer succeeds.
 */
export async function updateMemory(
  core: Core,
  { query, body, ...place }: MemoryPlace & { query: { view?: View | undefined }; body: MemoryUpdate },
): Promise<object> {
  const given = body.content == null ? null : measured(core, body.content);
  const view = query.view ?? 'basic';
  return await core.serial.run(place.memory_store_id, () =>
    untilFresh(async () => {
      const store = await findWritable(core, place.memory_store_id);
      const row = await memoryIn(core, place.memory_store_id, place.memory_id);
      const path = body.path ?? row.body.path;
      const sameContent = given === null || given.content_sha256 === row.body.content_sha256;
      if (sameContent && path === row.body.path) return { done: await memoryWire(core, row.body, view) };
      checkPrecondition(body.precondition?.content_sha256, row.body);
      if (path !== row.body.path) refuseTaken(await memoriesOf(core, place.memory_store_id), path, row.id);
      const now = core.clock.now();
      const { content, ...size } = given ?? (await contentOf(core, row.body));
      const version = newVersion(core, row.body, { operation: 'modified', path, content, ...size }, now);
      const memory: MemoryBody = {
        ...row.body,
        path,
        ...size,
        memory_version_id: version.id,
        updated_at: isoTime(now),
      };
      const committed = await core.store.commit({
        puts: [lock(store), { doc: changedDoc(row, memory), expect: row.revision }, versionPut(core, version, now)],
      });
      return committed.ok ? { done: await memoryWire(core, memory, view) } : 'stale';
    }),
  );
}

/** The answer does not tell what the memory holds now: who lost the race is to read it. */
export function checkPrecondition(expected: string | undefined, memory: MemoryBody): void {
  if (expected === undefined || expected === memory.content_sha256) return;
  throw conflict(
    `memory ${memory.id} has other content than the hash you sent; read it again`,
    'memory_precondition_failed_error',
  );
}

async function contentOf(core: Core, memory: MemoryBody): Promise<Measured> {
  const head = await core.store.get<MemoryVersionBody>('memory_version', memory.memory_version_id);
  return measured(core, head?.body.content ?? '');
}
