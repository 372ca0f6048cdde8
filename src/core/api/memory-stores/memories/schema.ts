/** Memories as the wire takes them. */
import { z } from 'zod';
import { limit, one, page } from '../../query.ts';
import { memoryPath, pathPrefix } from './path.ts';

const wellFormed = z.string().regex(/^\P{Surrogate}*$/u, { error: 'must be text that UTF-8 can write' });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hexadecimal digits' });

export const view = one.pipe(z.enum(['basic', 'full'])).optional();
export type View = 'basic' | 'full';

export const memoryCreate = z.object({ path: memoryPath, content: wellFormed.nullable() });
export type MemoryCreate = z.output<typeof memoryCreate>;

export const memoryUpdate = z.object({
  path: memoryPath.nullish(),
  content: wellFormed.nullish(),
  precondition: z
    .object({ type: z.literal('content_sha256'), content_sha256: sha256.optional() })
    .refine((given) => given.content_sha256 !== undefined, { path: ['content_sha256'], error: 'is required' })
    .nullish(),
});
export type MemoryUpdate = z.output<typeof memoryUpdate>;

export const memoryQuery = z.object({ view });
export const memoryDeleteQuery = z.object({ expected_content_sha256: one.pipe(sha256).optional() });
export const memoryListQuery = z.object({
  limit: limit(20, 100),
  page,
  view,
  path_prefix: one.pipe(pathPrefix).optional(),
  depth: one
    .pipe(z.enum(['0', '1'], { error: 'must be 0 or 1' }))
    .transform(Number)
    .meta({ type: 'integer', enum: [0, 1] })
    .optional(),
});
export type MemoryListQuery = z.output<typeof memoryListQuery>;
