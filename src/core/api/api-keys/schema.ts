/** Keys of workspaces as this server's own administration takes them. */
import { z } from 'zod';
import { flag, limit, one, page } from '../query.ts';

const workspace_id = z.string().min(1).max(128);

export const apiKeyCreate = z.object({
  name: z.string().max(256).nullish(),
  /** The caller's own when it is left out. */
  workspace_id: workspace_id.nullish(),
  scope: z.enum(['read', 'write', 'admin']).nullish(),
  /** Seconds until the key ends by itself, at most ten years; without it the key has no end. */
  expires_in_seconds: z.number().int().min(1).max(315_360_000).nullish(),
});
export const apiKeyListQuery = z.object({
  limit: limit(20, 100),
  page,
  workspace_id: one.optional(),
  include_revoked: flag.optional(),
});
