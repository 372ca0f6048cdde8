/** Memory versions as they are asked for. */
import { z } from 'zod';
import { instant, limit, one, page } from '../../query.ts';
import { view } from '../memories/schema.ts';

export const memoryVersionListQuery = z.object({
  limit: limit(20, 100),
  page,
  view,
  memory_id: one.optional(),
  operation: one.pipe(z.enum(['created', 'modified', 'deleted'])).optional(),
  session_id: one.optional(),
  api_key_id: one.optional(),
  service_account_id: one.optional(),
  'created_at[gte]': instant.optional(),
  'created_at[lte]': instant.optional(),
});
export type MemoryVersionListQuery = z.output<typeof memoryVersionListQuery>;
