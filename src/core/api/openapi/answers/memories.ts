import { z } from 'zod';
import { count, id, life, maybeText, maybeTime, metadata, text, time } from './parts.ts';

export const memoryStore = z.object({
  id: id('memstore'),
  type: z.literal('memory_store'),
  name: text,
  description: text,
  metadata,
  ...life,
});

/** Without its content unless the view asks for it. */
export const memory = z.object({
  id: id('mem'),
  type: z.literal('memory'),
  memory_store_id: id('memstore'),
  path: text,
  content: maybeText,
  content_sha256: text,
  content_size_bytes: count,
  memory_version_id: id('memver'),
  created_at: time,
  updated_at: time,
});
/** In a list: a memory, or what stands for all that lies under a path. */
export const memoryEntry = z.discriminatedUnion('type', [
  memory,
  z.object({ type: z.literal('memory_prefix'), path: text }),
]);

const actor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('api_actor'), api_key_id: text }),
  z.object({ type: z.literal('session_actor'), session_id: text }),
]);
export const memoryVersion = z.object({
  id: id('memver'),
  type: z.literal('memory_version'),
  memory_store_id: id('memstore'),
  memory_id: id('mem'),
  operation: z.enum(['created', 'modified', 'deleted']),
  path: maybeText,
  content: maybeText,
  content_sha256: maybeText,
  content_size_bytes: count.nullable(),
  created_at: time,
  created_by: actor,
  redacted_at: maybeTime,
  redacted_by: actor.nullable(),
});

export const dream = z.object({
  id: id('drm'),
  type: z.literal('dream'),
  status: z.enum(['pending', 'running', 'completed', 'failed', 'canceled']),
  inputs: z.tuple([
    z.object({ type: z.literal('memory_store'), memory_store_id: text }),
    z.object({ type: z.literal('sessions'), session_ids: z.array(text) }),
  ]),
  outputs: z.array(z.object({ type: z.literal('memory_store'), memory_store_id: id('memstore') })),
  model: z.object({ id: text, speed: z.literal('standard') }),
  instructions: maybeText,
  output_behavior: z.discriminatedUnion('type', [
    z.object({ type: z.literal('create_new') }),
    z.object({ type: z.literal('update_existing'), memory_store_id: text }),
  ]),
  session_id: z.null(),
  usage: z.object({
    input_tokens: count,
    output_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
  }),
  error: z
    .object({
      type: z.enum([
        'timeout',
        'internal_error',
        'input_memory_store_too_large',
        'input_memory_store_unavailable',
        'input_session_unavailable',
      ]),
      message: text,
    })
    .nullable(),
  created_at: time,
  ended_at: maybeTime,
  archived_at: maybeTime,
});
