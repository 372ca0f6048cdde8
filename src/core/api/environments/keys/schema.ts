/** Keys of environments as this server's own administration takes them. */
import { z } from 'zod';
import { flag, limit, page } from '../../query.ts';

export const environmentKeyCreate = z.object({ name: z.string().max(256).nullish() });
/** Seconds the key before goes on to work, at most a week. */
export const keyRotate = z.object({ grace_seconds: z.number().int().min(0).max(604_800).nullish() });
export const environmentKeyListQuery = z.object({ limit: limit(20, 100), page, include_revoked: flag.optional() });
