import type { MemoryStoreBody, MemoryVersionBody } from '../../../documents.ts';
import type { DocQuery } from '../../../ports/store.ts';
import { type Core, find } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import { versionWire } from './find.ts';
import type { MemoryVersionListQuery } from './schema.ts';

const MOST_WITH_CONTENT = 20;

/** Newest first, those of deleted memories included. */
export async function listMemoryVersions(
  core: Core,
  { memory_store_id, query }: { memory_store_id: string; query: MemoryVersionListQuery },
): Promise<object> {
  await find<MemoryStoreBody>(core, 'memory_store', memory_store_id);
  const view = query.view ?? 'basic';
  const limit = view === 'full' ? Math.min(query.limit, MOST_WITH_CONTENT) : query.limit;
  return await listDocuments<MemoryVersionBody>(
    core,
    { ...query, limit },
    { kind: 'memory_version', parent: memory_store_id, includeArchived: true, where: filters(query) },
    (body) => versionWire(body, view),
  );
}

function filters(query: MemoryVersionListQuery): NonNullable<DocQuery['where']> {
  return {
    ...(query.memory_id === undefined ? {} : { memory_id: query.memory_id }),
    ...(query.operation === undefined ? {} : { operation: query.operation }),
    ...(query.session_id === undefined ? {} : { 'created_by.session_id': query.session_id }),
    ...(query.api_key_id === undefined ? {} : { 'created_by.api_key_id': query.api_key_id }),
    ...(query.service_account_id === undefined ? {} : { 'created_by.service_account_id': query.service_account_id }),
  };
}
