import type { z } from 'zod';
import type { MemoryStoreBody } from '../../documents.ts';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { memoryStoreListQuery } from './schema.ts';

export async function listMemoryStores(
  core: Core,
  { query }: { query: z.output<typeof memoryStoreListQuery> },
): Promise<object> {
  return await listDocuments<MemoryStoreBody>(core, query, { kind: 'memory_store' });
}
