/** Workspaces as this server's own administration takes them. */
import { z } from 'zod';
import { flag, limit, page } from '../query.ts';

export const workspaceCreate = z.object({ name: z.string().min(1).max(256) });
export const workspaceListQuery = z.object({ limit: limit(20, 1000), page, include_archived: flag.optional() });
