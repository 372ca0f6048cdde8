/** Skills as the wire takes them. */
import { z } from 'zod';
import { limit, one, page } from '../query.ts';

export const skillListQuery = z.object({
  limit: limit(20, 100),
  page,
  source: one.pipe(z.enum(['custom', 'anthropic'])).optional(),
});
export const skillVersionListQuery = z.object({ limit: limit(20, 1000), page });
export const displayName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\r\n]*$/);

const noTags = (text: string): boolean => !/<[^>]*>/.test(text);

/** The head of SKILL.md. */
export const frontMatter = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
    .max(64)
    .refine((name) => !/anthropic|claude/.test(name), 'must not contain "anthropic" or "claude"'),
  description: z.string().min(1).max(1024).refine(noTags, 'must not contain XML tags'),
});
