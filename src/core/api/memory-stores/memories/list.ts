import type { MemoryStoreBody } from '../../../documents.ts';
import { type Core, find } from '../../core.ts';
import { binding, readCursor, writeCursor } from '../../page.ts';
import { memoriesOf } from './find.ts';
import { folder } from './folder.ts';
import type { MemoryListQuery } from './schema.ts';
import { memoriesWire } from './wire.ts';

const MOST_WITH_CONTENT = 20;

/** In the order of paths. Markers of folders count towards the page as memories do. */
export async function listMemories(
  core: Core,
  { memory_store_id, query }: { memory_store_id: string; query: MemoryListQuery },
): Promise<object> {
  await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
  const { view = 'basic', path_prefix: prefix = '/', depth = 0 } = query;
  const limit = view === 'full' ? Math.min(query.limit, MOST_WITH_CONTENT) : query.limit;
  const bound = binding('memories', memory_store_id, prefix, depth);
  const after = readCursor(bound, query.page)?.q ?? '';
  const entries = folder(await memoriesOf(core, memory_store_id), { prefix, depth, after });
  const page = entries.slice(0, limit);
  const memories = page.flatMap((entry) => (entry.memory === null ? [] : [entry.memory]));
  const shown = new Map((await memoriesWire(core, memories, view)).map((one, index) => [memories[index]?.path, one]));
  const last = page.at(-1);
  return {
    data: page.map(({ path }) => shown.get(path) ?? { type: 'memory_prefix', path }),
    next_page: entries.length > limit && last !== undefined ? writeCursor(bound, { p: 0, q: last.path }) : null,
  };
}
