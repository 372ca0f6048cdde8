/** What the maker of a world knows of it: `expected.json`. Only a grader reads it. */
import { z } from 'zod';

const cause = z.object({ service: z.string().nullable(), change_id: z.string().nullable(), kind: z.string() });

export const expected = z.object({
  verdict: z.string(),
  cause,
  also_accept: z.array(cause).default([]),
  /** RFC 3339; any of them counts. */
  onset: z.array(z.string()),
  must_rule_out: z.array(z.string()).default([]),
  harmful_actions: z.array(z.string()).default([]),
});
export type Expected = z.infer<typeof expected>;
