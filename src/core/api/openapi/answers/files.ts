import { z } from 'zod';
import { count, id, maybeTime, text, time } from './parts.ts';

export const file = z.object({
  id: id('file'),
  type: z.literal('file'),
  filename: text,
  mime_type: text,
  size_bytes: count,
  created_at: time,
  downloadable: z.boolean(),
  expires_at: maybeTime,
  scope: z.object({ type: z.literal('session'), id: text }).nullable(),
});

/** Skills of the server itself have a short name as id, and a day as version. */
export const skill = z.object({
  id: text,
  type: z.literal('skill'),
  display_name: text,
  latest_version_id: text,
  source: z.object({ type: z.enum(['custom', 'anthropic']) }),
  created_at: time,
  updated_at: time,
});
export const skillVersion = z.object({
  id: text,
  type: z.literal('skill_version'),
  skill_id: text,
  name: text,
  description: text,
  created_at: time,
});
