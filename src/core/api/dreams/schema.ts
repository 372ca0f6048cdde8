/** Dreams as the wire takes them. */
import { z } from 'zod';
import { flag, instant, limit, many, page } from '../query.ts';

const id = z.string().min(1).max(128);
const input = z.discriminatedUnion('type', [
  z.object({ type: z.literal('memory_store'), memory_store_id: id }),
  z.object({
    type: z.literal('sessions'),
    session_ids: z
      .array(id)
      .min(1)
      .max(100)
      .refine((ids) => new Set(ids).size === ids.length, { error: 'must not name a session twice' }),
  }),
]);
const modelId = z.string().min(1).max(256);

export const dreamCreate = z.object({
  inputs: z
    .array(input)
    .length(2, { error: 'must be one memory_store and one sessions entry' })
    .refine((inputs) => new Set(inputs.map(({ type }) => type)).size === inputs.length, {
      error: 'must be one memory_store and one sessions entry',
    }),
  model: z.union([
    modelId,
    z.object({ id: modelId, speed: z.literal('standard', { error: 'dreams take "standard" only' }).nullish() }),
  ]),
  instructions: z.string().min(1).max(4096).nullish(),
  output_behavior: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('create_new') }),
      z.object({ type: z.literal('update_existing'), memory_store_id: id }),
    ])
    .nullish(),
});
export type DreamCreate = z.output<typeof dreamCreate>;

export const dreamListQuery = z.object({
  limit: limit(20, 100),
  page,
  include_archived: flag.optional(),
  statuses: many(['pending', 'running', 'completed', 'failed', 'canceled']).optional(),
  'created_at[gt]': instant.optional(),
  'created_at[lt]': instant.optional(),
});
export type DreamListQuery = z.output<typeof dreamListQuery>;
