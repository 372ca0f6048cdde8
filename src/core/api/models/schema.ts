import { z } from 'zod';
import { limit, many, one } from '../query.ts';

export const modelListQuery = z.object({
  limit: limit(20, 1000),
  after_id: one.optional(),
  before_id: one.optional(),
  lifecycle: many(['active', 'deprecated', 'retired']).optional(),
});
