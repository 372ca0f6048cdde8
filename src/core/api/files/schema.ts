/** Files as the wire takes them. */
import { z } from 'zod';
import { limitIfGiven, one, page } from '../query.ts';

export const STANDARD_PAGE = 20;

export const fileListQuery = z
  .object({
    limit: limitIfGiven(STANDARD_PAGE, 1000),
    page,
    ids: z.array(z.string().min(1).max(128)).max(100).optional(),
    scope_id: one.optional(),
    // How older clients go from page to page.
    after_id: one.optional(),
  })
  .refine(
    (query) => query.ids === undefined || (query.page === undefined && query.limit === undefined),
    'ids[] cannot be combined with page or limit',
  )
  .refine((query) => query.page === undefined || query.after_id === undefined, 'after_id cannot be combined with page');

export const expiresIn = z.coerce.number().int().min(3600).max(7_776_000);
