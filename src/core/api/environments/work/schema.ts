/** The work queue as the wire asks for it. */
import { z } from 'zod';
import { metadataPatch } from '../../metadata.ts';
import { limit, one, page } from '../../query.ts';

const SHORTEST_TTL = 10;
const LONGEST_TTL = 300;

const wholeNumber = one.pipe(z.coerce.number<string>().int());

export const workPollQuery = z.object({
  /** Milliseconds to wait for work. */
  block_ms: wholeNumber.pipe(z.number().min(1).max(999)).optional(),
  /** Milliseconds after which an item that was offered and not acknowledged is offered again. */
  reclaim_older_than_ms: wholeNumber.pipe(z.number().min(0)).optional(),
});

export const workHeartbeatQuery = z.object({
  desired_ttl_seconds: wholeNumber
    .transform((seconds) => Math.min(LONGEST_TTL, Math.max(SHORTEST_TTL, seconds)))
    .meta({ type: 'integer' })
    .optional(),
  expected_last_heartbeat: one.optional(),
});
export type WorkHeartbeatQuery = z.output<typeof workHeartbeatQuery>;

export const workStop = z.object({ force: z.boolean().nullish() });
export const workUpdate = z.object({ metadata: metadataPatch });
export const workListQuery = z.object({ limit: limit(20, 100), page });
