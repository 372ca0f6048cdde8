import { z } from 'zod';
import { count, id, maybeTime, only, text, time } from './parts.ts';

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

const skillFacts = { type: z.literal('skill'), display_name: text, created_at: time, updated_at: time };
const versionFacts = { type: z.literal('skill_version'), name: text, description: text, created_at: time };
/** Skills of the server itself have a short name as id, and a day as version. */
const shortName = z.string().regex(/^[a-z0-9-]{1,64}$/);
const day = z.string().regex(/^\d{8}$/);

export const skill = z.union([
  z.object({ ...skillFacts, id: id('skill'), latest_version_id: id('skver'), source: only('custom') }),
  z.object({ ...skillFacts, id: shortName, latest_version_id: day, source: only('anthropic') }),
]);
export const skillVersion = z.union([
  z.object({ ...versionFacts, id: id('skver'), skill_id: id('skill') }),
  z.object({ ...versionFacts, id: day, skill_id: shortName }),
]);
