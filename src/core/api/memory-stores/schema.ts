/** Memory stores as the wire takes them. */
import { z } from 'zod';
import { metadata, metadataPatch } from '../metadata.ts';
import { flag, instant, limit, page } from '../query.ts';

const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u, { error: 'must not contain control characters' });
const description = z.string().max(1024);

export const memoryStoreCreate = z.object({ name, description: description.nullish(), metadata: metadata.nullish() });
export type MemoryStoreCreate = z.output<typeof memoryStoreCreate>;

export const memoryStoreUpdate = z.object({
  name: name.nullish(),
  description: description.nullish(),
  metadata: metadataPatch.nullish(),
});
export type MemoryStoreUpdate = z.output<typeof memoryStoreUpdate>;

export const memoryStoreListQuery = z.object({
  limit: limit(20, 100),
  page,
  include_archived: flag.optional(),
  'created_at[gte]': instant.optional(),
  'created_at[lte]': instant.optional(),
});
